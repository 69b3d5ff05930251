using System.CommandLine;
using Exporter.Benchmarks.Peers;

namespace Exporter.Benchmarks;

/// <summary>One command from the published program and its peers to the tables.</summary>
internal static class BenchCommand
{
    private static readonly Option<string> Exporter = new("--exporter") { Description = "the published program", Required = true };
    private static readonly Option<string?> Former = new("--former")
    {
        Description = "a former build of it: the two are compared, without the peers",
    };
    private static readonly Option<int[]> Sizes = new("--series")
    {
        Description = "series to measure with",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = static _ => [1000, 10_000, 100_000],
    };
    private static readonly Option<bool> Million = new("--million")
    {
        Description = "also with a million series, which takes long and 6 GB of memory",
    };
    private static readonly Option<int> Rounds = new("--rounds")
    {
        Description = "turns of each server",
        DefaultValueFactory = static _ => 7,
    };

    public static RootCommand Create()
    {
        var command = new RootCommand(
            "Measures the exporter and its peers side by side. `pieces` instead of options: the hot pieces by BenchmarkDotNet."
        )
        {
            Exporter,
            Former,
            Sizes,
            Million,
            Rounds,
        };
        command.SetAction(
            async (parsed, _) =>
            {
                var directory = Directory.CreateTempSubdirectory("sendgrid-exporter-bench-");
                try
                {
                    var sizes = parsed
                        .GetRequiredValue(Sizes)
                        .Concat(parsed.GetValue(Million) ? [1_000_000] : [])
                        .Select(static series => new Size(series));
                    var exporter = new ExporterUnderTest(Path.GetFullPath(parsed.GetRequiredValue(Exporter)), directory.FullName);
                    var rounds = parsed.GetValue(Rounds);
                    var report = new Report(Console.Out);
                    report.Machine();
                    if (parsed.GetValue(Former) is { } former)
                    {
                        var other = new ExporterUnderTest(Path.GetFullPath(former), directory.FullName);
                        await new Comparison(other, exporter, rounds).RunAsync(sizes, report);
                    }
                    else
                    {
                        await RunAsync(exporter, directory.FullName, sizes, rounds, report);
                    }
                }
                finally
                {
                    directory.Delete(recursive: true);
                }
            }
        );
        return command;
    }

    /// <summary>Measures what a polled page costs, and nothing else.</summary>
    /// <param name="exporter">The published program.</param>
    public static async Task<int> PollsAsync(string exporter)
    {
        var directory = Directory.CreateTempSubdirectory("sendgrid-exporter-bench-");
        try
        {
            var cost = await PollCost.MeasureAsync(new ExporterUnderTest(Path.GetFullPath(exporter), directory.FullName), rounds: 3);
            new Report(Console.Out).PollCost(cost);
            return 0;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task RunAsync(ExporterUnderTest exporter, string directory, IEnumerable<Size> sizes, int rounds, Report report)
    {
        var (time, cpu, idle) = await StartUp.MeasureAsync(exporter, rounds: 15);
        report.StartUp(time, cpu, idle);
        foreach (var size in sizes)
        {
            await SizeAsync(exporter, directory, size, rounds, report);
        }

        report.End();
        foreach (var (rate, counts) in ((int Rate, bool Counts)[])[(3, false), (10, false), (50, false), (10, true)])
        {
            report.Efficiency(rate, counts, await Efficiency.MeasureAsync(exporter, rate, counts));
        }

        report.PollCost(await PollCost.MeasureAsync(exporter, Math.Min(rounds, 3)));
        report.ManyCampaigns(await StartUp.MeasureAsync(exporter, rounds: 5, StartUp.Many));
    }

    private static async Task SizeAsync(ExporterUnderTest exporter, string directory, Size size, int rounds, Report report)
    {
        await using var sendGrid = await FakeSendGrid.StartAsync(size);
        var (server, series) = await exporter.StartLoadedAsync(sendGrid, size, "24h");
        await using var resting = server;
        var (loaded, atOnce) = (resting.Resident, await resting.ScrapeAsync());
        await resting.CompactAsync();
        var peers = await new PeerServers(directory).StartAsync(resting, pushGateway: true);
        Server[] servers = [peers[0], resting, .. peers.Skip(1)];
        try
        {
            var atRest = await ScrapeCost.AtRestAsync(servers, rounds);
            report.AtRest(size, series, await resting.ScrapeAsync(), servers, atRest);
            var bodies = await Task.WhenAll(servers.Skip(1).Select(static server => server.ScrapeAsync()));
            report.OnTheWire(size, series, [atOnce, .. bodies]);
            report.Loaded(series, loaded);
            await DisposeAsync(peers.Skip(1));

            var pace = Pace.Of(size);
            var (polling, _) = await exporter.StartLoadedAsync(sendGrid, size, pace.Interval);
            await using var busy = polling;
            await Task.Delay(pace.UntilAllHaveGrown, TimeProvider.System);
            var costs = await ScrapeCost.AtPaceAsync([peers[0], resting, busy], pace.Period, pace.Period * 50, Math.Min(rounds, 5));
            var percentiles = await Crowd.PercentilesAsync([resting, busy], pace.Period * 4, pace.Period * 40, 3);
            report.WhilePollsCommit(size, pace.Period, costs, percentiles);
        }
        finally
        {
            await DisposeAsync(peers.Take(1));
        }
    }

    private static async Task DisposeAsync(IEnumerable<Server> servers)
    {
        foreach (var server in servers)
        {
            await server.DisposeAsync();
        }
    }
}
