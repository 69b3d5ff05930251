using Exporter.EndToEnd.Fixtures;
using Simulator;

namespace Exporter.EndToEnd;

/// <summary>The main job from end to end: SendGrid's numbers, polled over HTTP, scraped, and asked of a real Prometheus.</summary>
public sealed class PrometheusSeesWhatSendGridReportsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Several_named_accounts_of_a_configuration_file_are_seen_to_the_last_click()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        await using var exporter = await ExporterProcess.StartAsync(_directory, Configured.ByFile(_directory, sendGrid));
        await using var prometheus = await PrometheusServer.StartAsync(_directory, exporter.Address);

        var truth = new Truth(sendGrid.World, sendGrid.Clock.Now, WithAccounts: true, WithNames: true);
        await SeesAsync(prometheus, truth, static url => url);
        await Eventually.EqualAsync(truth.SingleSends(), () => prometheus.QueryAsync($"{{__name__=~\"{Truth.SingleSendNames}\"}}"));
        await Eventually.EqualAsync(truth.StepInfos(), () => prometheus.QueryAsync("sendgrid_automation_step_info"));
        Assert.Empty(exporter.Complaints);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public async Task Accounts_small_and_large_are_seen_to_the_last_click(int automations)
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Sized(automations: automations, steps: 3, linksPerStep: 4));
        await using var exporter = await ExporterProcess.StartAsync(_directory, Configured.ByFile(_directory, sendGrid));
        await using var prometheus = await PrometheusServer.StartAsync(_directory, exporter.Address);

        await SeesAsync(prometheus, new Truth(sendGrid.World, sendGrid.Clock.Now, WithAccounts: true, WithNames: true), static url => url);
        Assert.Empty(exporter.Complaints);
    }

    [Fact]
    public async Task One_account_without_any_file_is_seen_to_the_last_click()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Demo());
        await using var exporter = await ExporterProcess.StartAsync(_directory, [], Configured.ByEnvironment(sendGrid));
        await using var prometheus = await PrometheusServer.StartAsync(_directory, exporter.Address);

        await SeesAsync(prometheus, new Truth(sendGrid.World, sendGrid.Clock.Now, WithAccounts: false, WithNames: false), static url => url.Split('?')[0]);
        Assert.Empty(exporter.Complaints);
    }

    [Fact]
    public async Task A_hundred_and_thirty_automations_of_ten_steps_with_fifteen_links_are_seen_to_the_last_click()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Sized(automations: 130, steps: 10, linksPerStep: 15));
        await using var exporter = await ExporterProcess.StartAsync(_directory, Configured.ByFile(_directory, sendGrid, interval: "5m"));
        await using var prometheus = await PrometheusServer.StartAsync(_directory, exporter.Address, seconds: 5);

        var truth = new Truth(sendGrid.World, sendGrid.Clock.Now, WithAccounts: true, WithNames: true);
        Assert.Equal(130 * 10 * 15, truth.LinkClicks().Count());
        await SeesAsync(prometheus, truth, static url => url);
        Assert.Empty(exporter.Complaints);
    }

    [Fact]
    public async Task Totals_grow_and_nothing_of_the_walk_before_remains()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        await using var exporter = await ExporterProcess.StartAsync(_directory, Configured.ByFile(_directory, sendGrid, interval: "1s"));
        await using var prometheus = await PrometheusServer.StartAsync(_directory, exporter.Address);
        var before = new Truth(sendGrid.World, sendGrid.Clock.Now, WithAccounts: true, WithNames: true);
        await SeesAsync(prometheus, before, static url => url);

        // An edited email: one link gets another URL, another link is taken out.
        var (edited, at) = (sendGrid.World.Accounts[0].Automations[0], sendGrid.Clock.Now);
        sendGrid.World.Add(new LinkReplaced(at, edited.Id, edited.Steps[0].Id, Location: 0, "https://shop.example/begin"));
        sendGrid.World.Add(new LinkRemoved(at, edited.Id, edited.Steps[0].Id, Location: 1));
        sendGrid.Clock.Advance(TimeSpan.FromHours(1));

        await SeesAsync(prometheus, before with { At = sendGrid.Clock.Now }, static url => url);
        var vanished = Assert.Single((await exporter.ScrapeAsync())["sendgrid_automation_link_present"], static sample => sample.Value == 0);
        Assert.Equal((edited.Name, edited.Steps[0].Id, "1"), (vanished["automation"], vanished["step_id"], vanished["url_location"]));
    }

    private static async Task SeesAsync(PrometheusServer prometheus, Truth truth, Func<string, string> shownUrl)
    {
        await Eventually.EqualAsync(truth.LinkClicks(), () => prometheus.QueryAsync("sendgrid_automation_link_clicks"));
        await Eventually.EqualAsync(truth.LinkInfos(shownUrl), () => prometheus.QueryAsync("sendgrid_automation_link_info"));
        await Eventually.EqualAsync(truth.StepStatistics(), () => prometheus.QueryAsync($"{{__name__=~\"{Truth.StepStatisticNames}\"}}"));
        await Eventually.EqualAsync(truth.ReportedClicks(), () => prometheus.QueryAsync("sendgrid_automation_reported_clicks"));

        await Eventually.EqualAsync(truth.PresentLinks(), () => prometheus.QueryAsync("sendgrid_automation_link_present == 1"));
        await Eventually.EqualAsync(truth.LinkCounts(), () => prometheus.QueryAsync("sendgrid_automation_links"));
        await Eventually.EqualAsync(truth.Up(), () => prometheus.QueryAsync("sendgrid_automation_up"));
        await Eventually.EqualAsync(truth.AutomationInfos(), () => prometheus.QueryAsync("sendgrid_automation_info"));

        var unaccounted = await prometheus.QueryAsync("sum without (step_id, url_location) (sendgrid_automation_link_clicks) - sendgrid_automation_reported_clicks");
        Assert.Equal(truth.ReportedClicks().Count(), unaccounted.Count);
        Assert.All(unaccounted, static automation => Assert.Equal(0, automation.Value));
    }
}
