using System.Globalization;
using Exporter.Tests.SendGrid;
using Exporter.Tests.VirtualTime;
using Simulator;

namespace Exporter.Tests.Cli;

[Collection(nameof(OnVirtualTime))]
public sealed class PlanCommandTests
{
    private readonly VirtualMachine _machine = new();

    [Fact]
    public async Task A_plan_counts_the_real_pages_and_fits()
    {
        await using var simulated = await StartAsync();

        var (code, output, _) = await _machine.RunAsync("plan", "poll: {interval: 1m}\n" + Account(simulated, rate: 100));

        // 3 automations, each 40 links on 4 pages of 10 and 4 steps on one page.
        Assert.Equal(0, code);
        Assert.Matches(
            """
            ^account default
              campaigns:          3
              requests per cycle: 15
              requests per hour:  904
              budget per hour:    360000
              budget used:        0\.3 %
              shortest interval:  1s
              rate limit:         5000 requests per 5\ds or longer on automation_links
              rate limit used:    0\.2 %, or more
            It fits\.
            $
            """,
            output
        );
        Assert.All(output.Split('\n'), static line => Assert.InRange(line.Length, 0, 80));
    }

    [Fact]
    public async Task The_list_of_names_costs_requests_that_need_not_fit()
    {
        await using var simulated = await StartAsync();

        var (code, output, _) = await _machine.RunAsync(
            "plan",
            "poll: {interval: 1m}\n" + Account(simulated, rate: 100) + "\n    automations: {names: undocumented-api}"
        );

        // A page of names, and one that brings none, each 15 minutes.
        Assert.Equal(0, code);
        Assert.Matches(@"per hour: +904\n(.*\n)*  names: +8 requests per hour more, when nothing else waits\nIt fits", output);
    }

    [Fact]
    public async Task A_plan_that_does_not_fit_says_the_shortest_interval_that_does()
    {
        await using var simulated = await StartAsync();

        var (code, output, _) = await _machine.RunAsync("plan", "poll: {interval: 1s, max_age: 1m}\n" + Account(simulated, rate: 10));

        Assert.Equal(4, code);
        Assert.Matches(@"hour: +54004\n.*hour: +36000\n.*used: +150\.0 %\n.*interval: +2s\n", output);
        Assert.Contains("It does not fit", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_that_the_budget_allows_and_the_rate_limit_does_not_does_not_fit()
    {
        await using var simulated = await StartAsync(rateLimit: 30);

        var (code, output, _) = await _machine.RunAsync("plan", "poll: {interval: 10s, max_age: 1m}\n" + Account(simulated, rate: 100));

        // 3 automations with 4 pages of links each: 12 requests in 10 s, of 30 in a minute.
        Assert.Equal(4, code);
        Assert.Matches(@"shortest interval: +24s\n  rate limit: +30 requests per 5\ds or longer on automation_links\n", output);
        Assert.Matches(@"rate limit used: +2\d\d\.\d %, or more\n", output);
        Assert.Contains("It does not fit SendGrid's own limit", output, StringComparison.Ordinal);
    }

    /// <summary>60 of them at 4 s would need half as much again as the budget; after eight days each is polled every few minutes.</summary>
    [Theory]
    [InlineData(8, 0)]
    [InlineData(0, 4)]
    public async Task Single_Sends_cost_what_their_age_makes_them_cost(int days, int exitCode)
    {
        var sent = _machine.Clock.GetUtcNow().AddDays(-days).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var list = string.Join(
            ',',
            Enumerable.Range(0, 60).Select(n => $$"""{"id":"send-{{n}}","name":"n","status":"triggered","send_at":"{{sent}}"}""")
        );
        await using var server = new WireServer(head =>
            WireServer.Ok(head.Contains("/stats/", StringComparison.Ordinal) ? """{"results":[]}""" : $$"""{"result":[{{list}}]}""")
        );
        var machine = new VirtualMachine { Network = Clients.Network };

        var (code, _, error) = await machine.RunAsync(
            "plan",
            $$"""
            poll: {interval: 4s, timeout: 3s, max_age: 1h}
            accounts:
              - api_key: SG.x
                base_url: {{server.BaseUrl}}
                rate: {requests_per_second: 20}
                automations: {discover: false}
                single_sends: {discover: true}
            """
        );

        Assert.DoesNotContain("not counted", error, StringComparison.Ordinal);
        Assert.Equal(exitCode, code);
    }

    /// <summary>3 requests in two seconds, told once, were taken for 3 in a minute.</summary>
    [Theory]
    [InlineData(2, 0)]
    [InlineData(50, 4)]
    public async Task A_limit_seen_once_is_judged_by_how_much_of_its_period_was_left(int left, int exitCode)
    {
        await using var server = new WireServer(head =>
            WireServer.Ok(
                """{"results":[]}"""u8,
                "X-RateLimit-Limit: 3",
                "X-RateLimit-Remaining: 2",
                $"X-RateLimit-Reset: {_machine.Clock.GetUtcNow().AddSeconds(left).ToUnixTimeSeconds()}"
            )
        );
        var machine = new VirtualMachine { Network = Clients.Network };

        var (code, output, _) = await machine.RunAsync(
            "plan",
            $$"""
            poll: {interval: 10s, timeout: 5s, max_age: 1m}
            accounts:
              - api_key: SG.x
                base_url: {{server.BaseUrl}}
                automations: {discover: false, step_stats: false, list: [{id: {{Clients.Automation}}}]}
            """
        );

        Assert.Equal(exitCode, code);
        Assert.Matches(@"rate limit: +3 requests per \d+s or longer on automation_links\n", output);
        Assert.DoesNotContain("per 1m", output, StringComparison.Ordinal);
        Assert.Equal(
            exitCode == 0,
            output.Contains(
                "The period of the limit on automation_links is not known yet. If it is 1m, as is usual, this needs 200.0 % of it.",
                StringComparison.Ordinal
            )
        );
    }

    [Fact]
    public async Task What_cannot_be_asked_is_not_counted_and_the_plan_says_so()
    {
        await using var simulated = await StartAsync();
        simulated.Behaviours.Add("401-bad-key");

        var (code, output, error) = await _machine.RunAsync("plan", Account(simulated, rate: 100));

        Assert.Equal(1, code);
        Assert.Contains("not counted: account default: the list of automations: 401", error, StringComparison.Ordinal);
        Assert.Matches(@"shortest interval: +unknown\n", output);
    }

    private Task<SimulatedSendGrid> StartAsync(int rateLimit = 5000) => _machine.SimulateAsync(WorldOptions.Sized(1, 3, 4, 10), rateLimit);

    private static string Account(SimulatedSendGrid simulated, int rate) =>
        $$"""
            accounts:
              - api_key: {{simulated.World.Accounts[0].ApiKey}}
                base_url: {{simulated.BaseUrl}}
                page_size: 10
                rate: {requests_per_second: {{rate}}, concurrency: 4}
            """;
}
