using System.Text.RegularExpressions;
using Exporter.EndToEnd.Fixtures;

namespace Exporter.EndToEnd;

/// <summary>What a newcomer sees without account and network.</summary>
public sealed partial class DemoTests : IDisposable
{
    private const string Clicks = "sendgrid_automation_link_clicks";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_demo_shows_links_that_are_clicked_and_the_one_that_breaks()
    {
        await using var exporter = await ExporterProcess.StartAsync(_directory, ["--demo", "--demo.speed=600", "--demo.break-after=30s"]);
        var broken = await Eventually.GetAsync(() => Task.FromResult(Announcement().Match(exporter.Output)), static match => match.Success);
        Assert.Contains($"{exporter.Address}metrics", exporter.Output, StringComparison.Ordinal);

        // Both the link and its siblings are clicked at first.
        var first = await SeeAsync(exporter, broken);
        Assert.All(first.Page[Clicks], static sample => Assert.Equal(["automation", "step_id", "url_location"], sample.Labels.Keys.Order(StringComparer.Ordinal)));
        await Eventually.TrueAsync(async () => await SeeAsync(exporter, broken) is var now && now.Link > first.Link && now.Siblings > first.Siblings);

        // Then only the siblings are, poll after poll; a correction may still take clicks back.
        await Eventually.TrueAsync(async () =>
        {
            var before = await SeeAsync(exporter, broken);
            var after = await Eventually.GetAsync(() => SeeAsync(exporter, broken), now => now.Polls >= before.Polls + 2);
            return after.Link <= before.Link && after.Siblings > before.Siblings;
        });
        Assert.Empty(exporter.Complaints);
    }

    private static async Task<Sight> SeeAsync(ExporterProcess exporter, Match broken)
    {
        var (automation, step) = (broken.Groups["automation"].Value, broken.Groups["step"].Value);
        var page = await Eventually.GetAsync(exporter.ScrapeAsync, page => page.Sum(Clicks, ("automation", automation)) > 0);
        var link = page.Sum(Clicks, ("automation", automation), ("step_id", step), ("url_location", broken.Groups["location"].Value));
        var siblings = page.Sum(Clicks, ("automation", automation), ("step_id", step)) - link;
        return new(page, link, siblings, page.Sum("sendgrid_automation_polls_total", ("automation", automation)));
    }

    [GeneratedRegex("""automation="(?<automation>[^"]+)", step_id="(?<step>[^"]+)", url_location="(?<location>\d+)"\n""", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Announcement();

    /// <summary>The clicks of the link that breaks, of the other links of its email, and after how many polls.</summary>
    private sealed record Sight(Exposition Page, double Link, double Siblings, double Polls);
}
