namespace Exporter.History;

/// <summary>What is kept under <c>--storage.path</c>.</summary>
internal sealed record HistoryOptions
{
    /// <summary>Observed changes are kept this long, 1 day to 10 years. Default 90 days.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(90);

    /// <summary>The store is kept below this many bytes, by dropping the oldest changes before their time. Default 1 GiB.</summary>
    public long MaxBytes { get; init; } = 1L << 30;
}
