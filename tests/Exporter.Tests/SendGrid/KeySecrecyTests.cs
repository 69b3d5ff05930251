using System.Collections.Concurrent;
using System.Diagnostics;
using Exporter.SendGrid;
using Exporter.SendGrid.Keys;
using Exporter.SendGrid.RateLimits;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Tests.VirtualTime;
using Simulator;

namespace Exporter.Tests.SendGrid;

[Collection(nameof(OnVirtualTime))]
public sealed class KeySecrecyTests
{
    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_reported_and_never_followed(int status)
    {
        await using var api = await Api.StartAsync($"redirect={status}");

        var error = (await api.LinksAsync()).Error!;

        Assert.Equal(FailureReason.InvalidResponse, error.Reason);
        Assert.Contains("redirect", error.Message, StringComparison.Ordinal);
        Assert.Equal(Listener.Main, Assert.Single(api.Requests).Listener);
    }

    [Fact]
    public async Task Whatever_goes_wrong_no_error_shows_the_key_and_no_other_origin_hears_it()
    {
        string[] behaviours =
        [
            "401-bad-key",
            "403-scope",
            "404-errors",
            "429-no-headers",
            "500-burst",
            "502-html",
            "200-html",
            "redirect",
            "status=400",
            "status=418",
            "truncated-json",
            "reset-mid-body",
            "next-loop",
            "next-foreign-host,next-loop",
            "results-absent",
            "token-expired",
            "partial-sweep",
        ];
        foreach (var behaviour in behaviours)
        {
            await using var api = await Api.StartAsync(behaviour.Split(','));
            var key = api.Server.World.Accounts[0].ApiKey;

            var error = (await api.LinksAsync()).Error;

            Assert.NotNull(error);
            Assert.DoesNotContain(key, error.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(api.Requests, request => request.Listener == Listener.Other);
        }
    }

    [Fact]
    public async Task A_next_that_points_elsewhere_by_any_trick_is_asked_of_the_base_url_or_not_at_all()
    {
        await using var elsewhere = new WireServer(_ => WireServer.Ok("""{"results":[]}"""));
        var host = elsewhere.BaseUrl.Authority;
        string[] tricks =
        [
            $"//{host}/x",
            $"http://{host}/x",
            $"/\\{host}/x",
            $"http://127.0.0.1@{host}/x",
            $"{{base}}//{host}/x",
            $"{{base}}@{host}/x",
            $"http://{host}{{path}}?page_token=2",
        ];
        foreach (var trick in tricks)
        {
            WireServer? server = null;
            await using var started = server = new WireServer(head =>
                WireServer.OkWithNext(
                    trick
                        .Replace("{base}", $"http://{server!.BaseUrl.Authority}", StringComparison.Ordinal)
                        .Replace("{path}", head.Split(' ')[1].Split('?')[0], StringComparison.Ordinal)
                )
            );
            var clock = new VirtualClock();
            var client = Clients.To(server.BaseUrl, clock);

            Assert.NotNull((await clock.UntilAsync(client.LinksAsync(clock))).Error);
        }

        Assert.Empty(elsewhere.Requests);
    }

    /// <summary>Spans are pushed to a receiver, and a link to a next page is a text of the API.</summary>
    [Fact]
    public async Task No_span_holds_a_key_that_stands_in_a_link_to_a_next_page()
    {
        var paths = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == PollTraces.SourceName,
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => paths.Enqueue($"{span.GetTagItem("url.path")}"),
        };
        ActivitySource.AddActivityListener(listener);
        WireServer? server = null;
        await using var started = server = new WireServer(head =>
            head.Contains("page_token", StringComparison.Ordinal)
                ? WireServer.Ok("""{"results":[]}""")
                : WireServer.OkWithNext($"{server!.BaseUrl}v3/{Clients.Key}/{Uri.HexEscape(Clients.Key[0])}{Clients.Key[1..]}?page_token=2")
        );
        var clock = new VirtualClock();

        await clock.UntilAsync(Clients.To(server.BaseUrl, clock).LinksAsync(clock));

        Assert.Contains(server.Requests, head => head.Contains(Clients.Key, StringComparison.Ordinal));
        Assert.Contains(paths, static path => path.Contains(ApiKey.Redacted, StringComparison.Ordinal));
        Assert.DoesNotContain(paths, static path => Uri.UnescapeDataString(path).Contains(Clients.Key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_request_to_another_origin_is_refused_by_the_last_door_even_if_the_walk_were_wrong()
    {
        await using var elsewhere = new WireServer(_ => []);
        var account = Clients.Account(new Uri("https://api.sendgrid.com"));
        var gate = new RateGate(account.Rate, new SteadyTime(TimeProvider.System));
        var transport = Clients.TransportTo(account, gate);
        using var attempt = Clients.Attempt();

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            transport.SendAsync(Exporter.SendGrid.ApiEndpoint.AutomationLinks, elsewhere.BaseUrl, attempt)
        );

        Assert.DoesNotContain(Clients.Key, exception.ToString(), StringComparison.Ordinal);
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task A_rotated_key_file_is_in_use_at_the_next_request()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "SG.old", TestContext.Current.CancellationToken);
        await using var server = new WireServer(_ => WireServer.Ok("""{"results":[]}"""));
        var client = Clients.To(Clients.Account(server.BaseUrl) with { ApiKey = ApiKey.FromFile(file) });

        await client.LinksAsync();
        await File.WriteAllTextAsync(file, "SG.new", TestContext.Current.CancellationToken);
        await client.LinksAsync();
        File.Delete(file);
        await client.LinksAsync();

        Assert.Equal(
            ["SG.old", "SG.new", "SG.new"],
            server.Requests.Select(head => head.Split("Authorization: Bearer ")[1].Split('\r')[0])
        );
    }
}
