namespace Exporter.Benchmarks;

/// <summary>
/// Two builds of the exporter, side by side in one run: whether a change made a scrape dearer. They take turns at the same load, so that
/// whatever else the machine does meets both.
/// </summary>
/// <param name="former">The build to compare with.</param>
/// <param name="current">This build.</param>
/// <param name="rounds">Turns of each server.</param>
internal sealed class Comparison(ExporterUnderTest former, ExporterUnderTest current, int rounds)
{
    private const int Starts = 5;

    /// <summary>Measures both and reports each figure as it comes.</summary>
    public async Task RunAsync(IEnumerable<Size> sizes, Report report)
    {
        report.CompareTable();
        await StartUpAsync(report);
        foreach (var size in sizes)
        {
            await SizeAsync(size, report);
        }
    }

    private async Task StartUpAsync(Report report)
    {
        var starts = new List<(TimeSpan Time, TimeSpan Cpu, long Resident)>[] { [], [] };
        for (var turn = 0; turn < Starts; turn++)
        {
            starts[0].Add(await StartUp.MeasureAsync(former, rounds: 3));
            starts[1].Add(await StartUp.MeasureAsync(current, rounds: 3));
        }

        report.Compare("exec to the first scrape", starts.Select(static each => each.ConvertAll(static start => start.Time).Median()));
        report.Compare("CPU time until then", starts.Select(static each => each.ConvertAll(static start => start.Cpu).Median()));
        report.CompareResident("resident, idle", starts.Select(static each => each.Min(static start => start.Resident)));
    }

    private async Task SizeAsync(Size size, Report report)
    {
        await using var sendGrid = await FakeSendGrid.StartAsync(size);
        await using var first = (await former.StartLoadedAsync(sendGrid, size, "24h")).Server;
        await using var second = (await current.StartLoadedAsync(sendGrid, size, "24h")).Server;
        Server[] resting = [first, second];
        report.CompareResident($"{size.Name}: resident, loaded", resting.Select(static server => server.Resident));
        await Task.WhenAll(resting.Select(static server => server.CompactAsync()));
        report.Compare($"{size.Name}: CPU of a scrape at rest", await ScrapeCost.AtRestAsync(resting, rounds));

        var pace = Pace.Of(size);
        report.Compare($"{size.Name}: the same, paced", await ScrapeCost.AtPaceAsync(resting, pace.Period, pace.Period * 50, rounds));
        var crowd = await Crowd.PercentilesAsync(resting, pace.Period * 4, pace.Period * 40, rounds);
        report.Compare($"{size.Name}: p99 of {Crowd.Scrapers} scrapers at rest", crowd);

        // Each by itself: what polls beside the one that is measured would meet only that one.
        await using var formerBusy = (await former.StartLoadedAsync(sendGrid, size, pace.Interval)).Server;
        await using var currentBusy = (await current.StartLoadedAsync(sendGrid, size, pace.Interval)).Server;
        await Task.Delay(pace.UntilAllHaveGrown, TimeProvider.System);
        Server[] busy = [formerBusy, currentBusy];
        report.Compare(
            $"{size.Name}: paced, while polls commit",
            await ScrapeCost.AtPaceAsync(busy, pace.Period, pace.Period * 50, rounds)
        );
        crowd = await Crowd.PercentilesAsync(busy, pace.Period * 4, pace.Period * 40, rounds);
        report.Compare($"{size.Name}: p99 of {Crowd.Scrapers} scrapers, while polls commit", crowd);
        report.CompareResident($"{size.Name}: resident, after all", busy.Select(static server => server.Resident));
    }
}
