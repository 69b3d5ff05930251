namespace Exporter.Benchmarks;

/// <summary>How much there is to show. Three series a link (clicks, present, info), about 25 more an automation.</summary>
/// <param name="Series">What is aimed at; what comes out is counted.</param>
internal sealed record Size(int Series)
{
    private const int SeriesPerLink = 3;
    private const int SeriesPerAutomation = 25;

    /// <summary>A step of an automation is an email.</summary>
    public const int Steps = 10;

    public int Automations { get; init; } = Math.Clamp(Series / 100, 1, Series > 300_000 ? 1000 : 100);

    public int LinksPerAutomation => Math.Max(1, (Series / Automations - SeriesPerAutomation) / SeriesPerLink);

    /// <summary>What a scrape finds changed when polls go on: 1 % of the automations.</summary>
    public int ChangedPerScrape => Math.Max(1, Automations / 100);

    public string Name =>
        Series switch
        {
            >= 1_000_000 => $"{Series / 1_000_000} M",
            >= 1000 => $"{Series / 1000} k",
            _ => $"{Series}",
        };
}
