namespace Exporter.History;

/// <summary>The limits of the state under <c>--storage.path</c>.</summary>
internal sealed record HistoryOptions
{
    /// <summary>The time for which observed changes are kept, 1 day to 10 years. Default 90 days.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(90);

    /// <summary>
    /// The most bytes of the store's files, write-ahead log included, 1 MiB to 1 TiB. To keep to it, the oldest changes are dropped early.
    /// Last-known values are never dropped, so a store of many campaigns may be bigger. Default 512 MiB.
    /// </summary>
    public long MaxSize { get; init; } = 512L << 20;
}
