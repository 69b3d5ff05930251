using System.Diagnostics;

namespace Exporter.Benchmarks;

/// <summary>How long it takes from the start of the process to the first answered scrape, and what it takes in memory then.</summary>
internal static class StartUp
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);

    /// <summary>Many campaigns in one account, of one link each.</summary>
    public static Size Many { get; } = new(280_000) { Automations = 10_000 };

    /// <param name="exporter">The exporter.</param>
    /// <param name="rounds">The number of starts.</param>
    /// <param name="configured">What it is configured to poll; by default hardly anything.</param>
    /// <returns>The medians of the time, of the CPU time until then, and of the resident memory some seconds later.</returns>
    public static async Task<(TimeSpan Time, TimeSpan Cpu, long Resident)> MeasureAsync(
        ExporterUnderTest exporter,
        int rounds,
        Size? configured = null
    )
    {
        var size = configured ?? new Size(100);
        await using var sendGrid = await FakeSendGrid.StartAsync(size);
        var (times, cpu, resident) = (new List<TimeSpan>(), new List<TimeSpan>(), new List<long>());
        for (var round = 0; round < rounds; round++)
        {
            var begun = Stopwatch.GetTimestamp();
            await using var server = exporter.Start(sendGrid, size, "24h");
            await server.AnsweringAsync();
            times.Add(Stopwatch.GetElapsedTime(begun));
            cpu.Add(server.Cpu);
            if (round % 5 == 0)
            {
                await Task.Delay(Idle, TimeProvider.System);
                await server.ScrapeAsync();
                resident.Add(server.Resident);
            }
        }

        return (times.Median(), cpu.Median(), resident.Order().ElementAt(resident.Count / 2));
    }
}
