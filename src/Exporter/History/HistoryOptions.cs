namespace Exporter.History;

/// <summary>What is kept under <c>--storage.path</c>.</summary>
internal sealed record HistoryOptions
{
    /// <summary>Observed changes are kept this long, 1 day to 10 years. Default 90 days.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(90);

    /// <summary>
    /// Bytes that the files of the store may take, its write-ahead log included, 1 MiB to 1 TiB: the oldest changes go before their time to
    /// keep it. Last-known values never go, so a store of many campaigns may be bigger. Default 512 MiB.
    /// </summary>
    public long MaxSize { get; init; } = 512L << 20;
}
