using System.Globalization;
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
        // The same world twice, ten hours of it from poll to poll: in one the link lasts, in the other it is broken before the second poll.
        await using var good = await ExporterProcess.StartAsync(_directory, ["--demo", "--demo.speed=3600", "--demo.break-after=1h"]);
        await using var bad = await ExporterProcess.StartAsync(_directory, ["--demo", "--demo.speed=3600", "--demo.break-after=1s"]);
        var link = await AnnouncedAsync(good);
        Assert.Equal(link.Value, (await AnnouncedAsync(bad)).Value);
        Assert.Contains($"{good.Address}metrics", good.Output, StringComparison.Ordinal);

        // Both the link and its siblings are clicked.
        var first = await SeeAsync(good, link);
        Assert.All(
            first.Page[Clicks],
            static sample => Assert.Equal(["automation", "step_id", "url_location"], sample.Labels.Keys.Order(StringComparer.Ordinal))
        );
        await Eventually.TrueAsync(async () =>
            await SeeAsync(good, link) is var now && now.Link > first.Link && now.Siblings > first.Siblings
        );

        // Only the siblings are; a correction may still take clicks back.
        await Eventually.TrueAsync(async () =>
        {
            var before = await Eventually.GetAsync(() => SeeAsync(bad, link), static now => now.Polls >= 2);
            var after = await Eventually.GetAsync(() => SeeAsync(bad, link), now => now.Polls > before.Polls);
            return after.Link <= before.Link && after.Siblings > before.Siblings;
        });
        Assert.Empty(good.Complaints.Concat(bad.Complaints));
    }

    [Fact]
    public async Task The_past_that_backfill_writes_of_the_demos_world_goes_on_in_what_serve_shows()
    {
        await using var exporter = await ExporterProcess.StartAsync(_directory, ["--demo", "--demo.break-after=0s"]);
        var page = await Eventually.GetAsync(
            exporter.ScrapeAsync,
            static page => page["sendgrid_automation_up"].Count(static up => up.Value == 1) == 6
        );
        var (code, output, error) = await ExporterProcess.RunAsync([
            "backfill",
            "--demo",
            "--source=world",
            $"--from={TimeProvider.System.GetUtcNow().AddDays(-1):yyyy-MM-dd}",
        ]);
        Assert.True(code == 0, error);

        // What stands in the past is what stands on the page, series by series, under the labels of the scrape.
        var past = output
            .Split('\n')
            .Where(static line => line.StartsWith("sendgrid_", StringComparison.Ordinal))
            .GroupBy(static line => line[..(line.LastIndexOf('}') + 1)], StringComparer.Ordinal)
            .Select(static series => (Last: Read(series.Last()), HourBefore: Read(series.SkipLast(12).Last())))
            .ToList();
        var families = past.Select(static series => series.Last.Name).ToHashSet(StringComparer.Ordinal);
        Assert.Superset(
            new HashSet<string>(
                ["sendgrid_automation_link_info", "sendgrid_automation_step_opens", "sendgrid_automation_last_success_timestamp_seconds"],
                StringComparer.Ordinal
            ),
            families
        );
        Assert.Equal(
            page.Samples.Where(sample => families.Contains(sample.Name)).Select(static sample => sample.Id).Order(StringComparer.Ordinal),
            past.Select(static series => series.Last.Id).Order(StringComparer.Ordinal)
        );

        // And no step between them: since then at most as much has come as in the last hour, but for the weekly send of one automation.
        var clicks = past.Where(static series => series.Last.Name == Clicks && series.Last["automation"] != "newsletter-signup").ToList();
        var (last, hour) = (clicks.Sum(static series => series.Last.Value), clicks.Sum(static series => series.HourBefore.Value));
        var now = page
            .Samples.Where(static sample => sample.Name == Clicks && sample["automation"] != "newsletter-signup")
            .Sum(static sample => sample.Value);
        Assert.InRange(now, hour, last + (last - hour));
    }

    private static Sample Read(string line)
    {
        var parts = PastLine().Match(line);
        var labels = Label()
            .Matches(parts.Groups["labels"].Value)
            .ToDictionary(label => label.Groups["name"].Value, label => label.Groups["value"].Value, StringComparer.Ordinal);
        Assert.True(
            labels.Remove("job", out var job)
                && labels.Remove("instance", out var instance)
                && (job, instance) == ("sendgrid-exporter", "exporter:10324"),
            line
        );
        return new(parts.Groups["metric"].Value, labels, double.Parse(parts.Groups["number"].Value, CultureInfo.InvariantCulture));
    }

    private static Task<Match> AnnouncedAsync(ExporterProcess exporter) =>
        Eventually.GetAsync(() => Task.FromResult(Announcement().Match(exporter.Output)), static match => match.Success);

    private static async Task<Sight> SeeAsync(ExporterProcess exporter, Match broken)
    {
        var (automation, step) = (broken.Groups["automation"].Value, broken.Groups["step"].Value);
        var page = await Eventually.GetAsync(exporter.ScrapeAsync, page => page.Sum(Clicks, ("automation", automation)) > 0);
        var link = page.Sum(Clicks, ("automation", automation), ("step_id", step), ("url_location", broken.Groups["location"].Value));
        var siblings = page.Sum(Clicks, ("automation", automation), ("step_id", step)) - link;
        return new(page, link, siblings, page.Sum("sendgrid_automation_polls_total", ("automation", automation)));
    }

    [GeneratedRegex(
        """automation="(?<automation>[^"]+)", step_id="(?<step>[^"]+)", url_location="(?<location>\d+)"\n""",
        RegexOptions.None,
        matchTimeoutMilliseconds: 10_000
    )]
    private static partial Regex Announcement();

    [GeneratedRegex("""^(?<metric>\w+)\{(?<labels>.*)\} (?<number>\d+) \d+$""", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex PastLine();

    [GeneratedRegex("""(?<name>\w+)="(?<value>[^"]*)"(,|$)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Label();

    /// <summary>The clicks of the link that breaks, of the other links of its email, and after how many polls.</summary>
    private sealed record Sight(PrometheusText Page, double Link, double Siblings, double Polls);
}
