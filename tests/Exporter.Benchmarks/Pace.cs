namespace Exporter.Benchmarks;

/// <summary>How fast a load is scraped and polled, so that each scrape finds a hundredth of the automations changed.</summary>
/// <param name="Period">Between two scrapes.</param>
/// <param name="Seconds">Between two polls of an automation.</param>
internal sealed record Pace(TimeSpan Period, int Seconds)
{
    /// <summary>The interval as the configuration writes it.</summary>
    public string Interval => $"{Seconds}s";

    /// <summary>Another round of polls: from then on every link has been seen to grow, and no series is new.</summary>
    public TimeSpan UntilAllHaveGrown => TimeSpan.FromSeconds(Seconds + 2);

    public static Pace Of(Size size)
    {
        var period = TimeSpan.FromSeconds(size.Automations >= 1000 ? 1 : 0.1);
        return new(period, (int)Math.Max(1, Math.Ceiling(period.TotalSeconds * size.Automations / size.ChangedPerScrape)));
    }
}
