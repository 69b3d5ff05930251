using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using Simulator;

namespace Exporter.Tests.Simulator;

/// <summary>What holds for every behaviour in the table, whatever it does.</summary>
public sealed partial class BehaviourTests
{
    /// <summary>These are only seen with a waiting client; they have tests of their own.</summary>
    private static readonly string[] Waiting = ["hang", "delay", "latency"];

    public static TheoryData<string> Names => [.. BehaviourSwitchboard.Known.Select(behaviour => behaviour.Name)];

    public static TheoryData<string> QuickNames => [.. BehaviourSwitchboard.Known.Select(behaviour => behaviour.Name).Except(Waiting)];

    [Theory]
    [MemberData(nameof(QuickNames))]
    public async Task It_shows_as_often_as_told_and_then_everything_is_as_before(string name)
    {
        await using var lab = await Lab.StartAsync();
        var normal = await LookAsync(lab);
        Assert.Equal(normal, await LookAsync(lab));

        var active = lab.SendGrid.Behaviours.Add($"{name}{Argument(name)}@times=3");
        Assert.NotEqual(normal, await LookAsync(lab));
        while (!active.IsOver)
        {
            await LookAsync(lab);
        }

        Assert.Equal(3, active.Acted);
        Assert.Equal(normal, await LookAsync(lab));
        Assert.Equal(3, active.Acted);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_stops_after_its_time(string name)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var lab = await Lab.StartAsync(time: time);
        var normal = await LookAsync(lab);
        var active = lab.SendGrid.Behaviours.Add(name + "@for=60s");
        time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(normal, await LookAsync(lab));
        Assert.Equal(0, active.Acted);
    }

    [Fact]
    public async Task A_delayed_answer_comes_when_the_time_has_passed()
    {
        var time = new FakeTimeProvider();
        await using var lab = await Lab.WithAsync("delay=3", time);
        lab.SendGrid.Behaviours.Add("latency=100");
        var asking = lab.GetAsync(Lab.List);
        while (lab.SendGrid.Requests.Count == 0 || lab.SendGrid.Behaviours.Active.Any(active => active.Acted == 0))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Null(lab.SendGrid.Requests.Snapshot()[0].Status);
        while (!asking.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(150));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.Equal(200, (await asking).Status);
    }

    [Fact]
    public async Task A_body_can_hang_after_its_half()
    {
        await using var lab = await Lab.WithAsync("hang=body");
        using var response = await lab.Http.GetAsync(
            new Uri(Lab.List, UriKind.Relative),
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken
        );
        var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        Assert.True(await body.ReadAsync(new byte[10], TestContext.Current.CancellationToken) > 0);
        var rest = body.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
        await lab.SendGrid.DisposeAsync();
        await Assert.ThrowsAnyAsync<IOException>(() => rest);
    }

    /// <summary>Some show only after many requests, unless they are told otherwise.</summary>
    private static string Argument(string name) =>
        name switch
        {
            "401-sporadic" or "403-sporadic" => "=2",
            "slow-growth" => "=0",
            "page-size-400" => "=2",
            _ => "",
        };

    /// <summary>Everything a client can see in a round over all endpoints, without what differs from walk to walk.</summary>
    private static async Task<string> LookAsync(Lab lab)
    {
        var seen = new List<string>();
        foreach (var url in Urls(lab))
        {
            seen.AddRange(await SeeAsync(lab, url));
        }

        return string.Join('\n', seen);
    }

    private static IEnumerable<string> Urls(Lab lab) =>
        [
            Lab.List,
            lab.Stats,
            lab.Links,
            lab.Links + "&page_size=3",
            lab.Links + "&page_size=60",
            "v3/scopes",
            "v3/marketing/automations",
            "v3/marketing/stats/automations/export",
            $"v3/marketing/stats/singlesends/{lab.SingleSend.Id}/links",
        ];

    private static async Task<IReadOnlyList<string>> SeeAsync(Lab lab, string url)
    {
        var seen = new List<string>();
        var next = url;
        while (next is { Length: > 0 } && seen.Count < 10)
        {
            try
            {
                var answer = await lab.GetAsync(next, headers => headers.Add("Accept-Encoding", "gzip"));
                var headers = answer.Headers.Where(header => header.Key is not "Date").Select(header => $"{header.Key}: {header.Value}");
                seen.Add(Changing().Replace($"{answer.Status} {string.Join(' ', headers)} {answer.Text}", "…"));
                next = NextOf(lab, answer);
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                seen.Add(e.GetType().Name);
                break;
            }
        }

        return seen;
    }

    private static string NextOf(Lab lab, Answer answer)
    {
        try
        {
            return answer.Status == 200 && answer.Next is { Length: > 0 } next ? new Uri(lab.SendGrid.BaseUrl, next).PathAndQuery : "";
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException)
        {
            return "";
        }
    }

    [GeneratedRegex(
        "(?<=Remaining: )[1-9][0-9]*|(?<=Reset: )[0-9]+|(?<=page_token=)[A-Za-z0-9_-]+|(?<=Content-Length: )[0-9]+",
        RegexOptions.None,
        5000
    )]
    private static partial Regex Changing();
}
