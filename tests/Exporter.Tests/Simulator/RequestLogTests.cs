using Simulator;

namespace Exporter.Tests.Simulator;

public sealed class RequestLogTests
{
    [Fact]
    public async Task A_request_is_logged_with_who_asked_what_and_what_came_of_it()
    {
        await using var lab = await Lab.WithAsync("status=418@endpoint=automation_links");
        await lab.GetAsync(lab.Links + "&page_size=5", headers => headers.Add("on-behalf-of", "someone"));
        var request = Assert.Single(lab.SendGrid.Requests.Snapshot());
        Assert.Equal(
            (Listener.Main, "GET", "automation_links", lab.Automation.Id),
            (request.Listener, request.Method, request.Endpoint, request.Id)
        );
        Assert.Equal(
            ($"/v3/marketing/stats/automations/{lab.Automation.Id}/links", "?group_by=step_id&page_size=5"),
            (request.Path, request.Query)
        );
        Assert.Equal(
            (true, lab.Account.ApiKey, "someone", null),
            (request.HasAuthorization, request.Key, request.OnBehalfOf, request.Account)
        );
        Assert.Equal((418, lab.SendGrid.Clock.Now), (request.Status, request.WorldTime));
        Assert.Equal(["status"], request.Behaviours);
    }

    [Fact]
    public async Task The_other_origin_answers_everything_and_its_visitors_are_logged()
    {
        await using var lab = await Lab.StartAsync();
        lab.Http.DefaultRequestHeaders.Authorization = null;
        Assert.Equal(200, (await lab.GetAsync(lab.SendGrid.OtherOrigin + "v3/whatever?x=1")).Status);
        var request = Assert.Single(lab.SendGrid.Requests.Snapshot());
        Assert.Equal(
            (Listener.Other, "/v3/whatever", "?x=1", false, 200),
            (request.Listener, request.Path, request.Query, request.HasAuthorization, request.Status)
        );
    }

    [Fact]
    public async Task A_cleared_log_forgets_what_was_and_goes_on()
    {
        await using var lab = await Lab.StartAsync();
        await lab.GetAsync(Lab.List);
        lab.SendGrid.Requests.Clear();
        Assert.Equal(0, lab.SendGrid.Requests.Count);
        await lab.GetAsync("v3/scopes");
        Assert.Equal("scopes", Assert.Single(lab.SendGrid.Requests.Snapshot()).Endpoint);
    }

    [Fact]
    public async Task A_request_that_is_never_answered_has_no_status_and_ends_with_the_simulator()
    {
        var lab = await Lab.WithAsync("hang");
        var asking = lab.GetAsync(Lab.List);
        while (lab.SendGrid.Requests.Snapshot() is not [{ Behaviours: ["hang"] }])
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.Null(lab.SendGrid.Requests.Snapshot()[0].Status);
        Assert.False(asking.IsCompleted);
        await lab.SendGrid.DisposeAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => asking);
        lab.Http.Dispose();
    }

    [Fact]
    public void An_answer_to_a_forgotten_request_is_not_taken_for_anothers()
    {
        var log = new RequestLog();
        var forgotten = log.Add(Request(1));
        log.Clear();
        log.Add(Request(2));
        log.Answered(forgotten, 500, []);
        Assert.Null(Assert.Single(log.Snapshot()).Status);
    }

    [Fact]
    public void Of_very_many_requests_the_newest_are_kept()
    {
        var log = new RequestLog();
        for (var i = 0; i < 100_001; i++)
        {
            log.Answered(log.Add(Request(i)), i, []);
        }

        Assert.Equal(90_001, log.Count);
        var last = log.Snapshot()[^1];
        Assert.Equal((100_000, 100_000L), (last.Status, last.Timestamp));
    }

    private static LoggedRequest Request(long timestamp) =>
        new()
        {
            Time = DateTimeOffset.UnixEpoch,
            Timestamp = timestamp,
            Listener = Listener.Main,
            Method = "GET",
            Path = "/",
            Query = "",
        };
}
