using System.Runtime.InteropServices;
using Exporter.EndToEnd.Fixtures;
using Exporter.Engines;
using Simulator;

namespace Exporter.EndToEnd;

/// <summary>The main job from end to end: SendGrid's numbers, polled over HTTP, scraped, and asked of a real Prometheus.</summary>
public sealed class PrometheusSeesWhatSendGridReportsTests(WatchedWorlds worlds) : IClassFixture<WatchedWorlds>
{
    public static TheoryData<string> Engines => [EngineKind.Prometheus2.Name, EngineKind.Prometheus3.Name];

    public static TheoryData<string> JobsOfThree => [.. WatchedWorlds.Protocols, WatchedWorlds.EscapedNames];

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Several_named_accounts_of_a_configuration_file_are_seen_to_the_last_click(string engine)
    {
        var prometheus = worlds.On(engine);
        var several = worlds["several"];

        await SeesAsync(prometheus, several, several.Truth, static url => url);
        await Eventually.EqualAsync(
            several.Truth.SingleSends(),
            () => AskAsync(prometheus, several, $"__name__=~\"{Truth.SingleSendNames}\"")
        );
        await Eventually.EqualAsync(
            several.Truth.StepInfos(),
            () => AskAsync(prometheus, several, "__name__=\"sendgrid_automation_step_info\"")
        );
        Assert.Empty(several.Exporter.Complaints);
    }

    [Theory]
    [MemberData(nameof(JobsOfThree))]
    public async Task Prometheus_3_sees_the_same_in_whatever_format_it_asks_for(string job)
    {
        var prometheus = worlds.On(EngineKind.Prometheus3.Name);
        var small = worlds["1"] with { Job = job };

        await SeesAsync(prometheus, small, small.Truth, static url => url);
        Assert.Empty(small.Exporter.Complaints);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public async Task Accounts_small_and_large_are_seen_to_the_last_click(int automations)
    {
        var sized = worlds[$"{automations}"];

        await SeesAsync(sized, sized.Truth, static url => url);
        Assert.Empty(sized.Exporter.Complaints);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task One_account_without_any_file_is_seen_to_the_last_click(string engine)
    {
        var prometheus = worlds.On(engine);
        var one = worlds["without-a-file"];

        await SeesAsync(prometheus, one, one.Truth with { WithAccounts = false, WithNames = false }, static url => url.Split('?')[0]);
        Assert.Empty(one.Exporter.Complaints);
    }

    [Fact]
    public async Task Every_click_of_130_automations_with_ten_steps_and_fifteen_links_is_counted()
    {
        var large = worlds["130"];

        Assert.Equal(130 * 10 * 15, large.Truth.LinkClicks().Count());
        await SeesAsync(large, large.Truth, static url => url);
        Assert.Empty(large.Exporter.Complaints);
    }

    [Fact]
    public async Task Totals_grow_and_nothing_of_the_walk_before_remains()
    {
        var growing = worlds["growing"];
        await SeesAsync(growing, growing.Truth, static url => url);

        // An edited email: one link gets another URL, another link is taken out.
        var sendGrid = growing.SendGrid;
        var (edited, at) = (sendGrid.World.Accounts[0].Automations[0], sendGrid.Clock.Now);
        sendGrid.World.Add(new LinkReplaced(at, edited.Id, edited.Steps[0].Id, Location: 0, "https://shop.example/begin"));
        sendGrid.World.Add(new LinkRemoved(at, edited.Id, edited.Steps[0].Id, Location: 1));
        sendGrid.Clock.Advance(TimeSpan.FromHours(1));
        Configured.ByFile(growing.Directory, sendGrid, interval: "1s");
        growing.Exporter.Send(PosixSignal.SIGHUP);

        await SeesAsync(growing, growing.Truth, static url => url);
        var vanished = Assert.Single(
            (await growing.Exporter.ScrapeAsync())["sendgrid_automation_link_present"],
            static sample => sample.Value == 0
        );
        Assert.Equal((edited.Name, edited.Steps[0].Id, "1"), (vanished["automation"], vanished["step_id"], vanished["url_location"]));
        await growing.Exporter.StopAsync();
    }

    private Task SeesAsync(WatchedWorld world, Truth truth, Func<string, string> shownUrl) =>
        SeesAsync(worlds.Prometheus, world, truth, shownUrl);

    private static async Task SeesAsync(PrometheusServer prometheus, WatchedWorld world, Truth truth, Func<string, string> shownUrl)
    {
        await SeesAsync(truth.LinkClicks(), "sendgrid_automation_link_clicks");
        await SeesAsync(truth.LinkInfos(shownUrl), "sendgrid_automation_link_info");
        await Eventually.EqualAsync(truth.StepStatistics(), () => AskAsync(prometheus, world, $"__name__=~\"{Truth.StepStatisticNames}\""));
        await SeesAsync(truth.ReportedClicks(), "sendgrid_automation_reported_clicks");

        await Eventually.EqualAsync(
            truth.PresentLinks(),
            () => AskAsync(prometheus, world, "__name__=\"sendgrid_automation_link_present\"", " == 1")
        );
        await SeesAsync(truth.LinkCounts(), "sendgrid_automation_links");
        await SeesAsync(truth.Up(), "sendgrid_automation_up");
        await SeesAsync(truth.AutomationInfos(), "sendgrid_automation_info");

        // What the links of an automation add up to is what the API says itself.
        await Eventually.EqualAsync(
            truth.ReportedClicks().Select(static reported => new Sample("", reported.Labels, 0)),
            () =>
                prometheus.QueryAsync(
                    $$"""
                    sum without (step_id, url_location) (sendgrid_automation_link_clicks{job="{{world.Job}}"})
                    - sendgrid_automation_reported_clicks{job="{{world.Job}}"}
                    """
                )
        );

        Task SeesAsync(IEnumerable<Sample> expected, string name) =>
            Eventually.EqualAsync(expected, () => AskAsync(prometheus, world, $"__name__=\"{name}\""));
    }

    private static Task<IReadOnlyList<Sample>> AskAsync(
        PrometheusServer prometheus,
        WatchedWorld world,
        string names,
        string condition = ""
    ) => prometheus.QueryAsync($"{{{names},job=\"{world.Job}\"}}{condition}");
}
