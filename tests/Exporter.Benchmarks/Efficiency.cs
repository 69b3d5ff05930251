using System.Diagnostics;

namespace Exporter.Benchmarks;

/// <summary>How much of what an API allows is used when there is more work than that.</summary>
/// <param name="Used">Requests that came ÷ requests that were allowed.</param>
/// <param name="Refused">429 answers.</param>
/// <param name="Spacing">Deviation of the time between requests ÷ its mean; 0 is as even as it gets, 1 is chance.</param>
/// <param name="Busiest">The most requests within any second ÷ those allowed.</param>
internal sealed record Efficiency(double Used, int Refused, double Spacing, double Busiest)
{
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(80);

    /// <summary>What comes at the start is not counted.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    /// <summary>SendGrid counts by the minute.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <param name="exporter">The exporter.</param>
    /// <param name="rate">Requests that are allowed in a second.</param>
    /// <param name="apiCounts">
    /// Whether the API counts, minute by minute, tells what is left and refuses what is more, and the exporter is configured for twice as
    /// much; otherwise the configured rate is the only limit.
    /// </param>
    public static async Task<Efficiency> MeasureAsync(ExporterUnderTest exporter, int rate, bool apiCounts)
    {
        var size = new Size(100_000);
        await using var sendGrid = await FakeSendGrid.StartAsync(
            size,
            Latency,
            apiCounts ? ((int)(rate * Period.TotalSeconds), Period) : null
        );
        await using var server = await exporter
            .Start(
                sendGrid,
                size,
                "1s",
                apiCounts ? 2 * rate : rate,
                concurrency: Math.Max(2, (int)Math.Ceiling(rate * Latency.TotalSeconds * 2))
            )
            .AnsweringAsync();
        var window = apiCounts ? Period : Window;
        await Task.Delay(WarmUp, TimeProvider.System);
        if (apiCounts)
        {
            // What is left of the minute of the start may be used faster, and is not the rate.
            await Task.Delay(Period - TimeSpan.FromTicks(TimeProvider.System.GetUtcNow().Ticks % Period.Ticks), TimeProvider.System);
        }

        var begin = Stopwatch.GetTimestamp();
        await Task.Delay(window, TimeProvider.System);
        var arrivals = sendGrid.Arrivals.Order().ToList();
        var seconds = arrivals
            .Where(at => at >= begin)
            .Select(at => (at - begin) / (double)Stopwatch.Frequency)
            .TakeWhile(at => at < window.TotalSeconds)
            .ToList();
        var gaps = seconds.Zip(seconds.Skip(1), static (a, b) => b - a).ToList();
        var mean = gaps.Average();
        return new(
            seconds.Count / (rate * window.TotalSeconds),
            sendGrid.Refused,
            Math.Sqrt(gaps.Average(gap => (gap - mean) * (gap - mean))) / mean,
            seconds.Max(from => seconds.Count(at => at >= from && at < from + 1)) / (double)rate
        );
    }
}
