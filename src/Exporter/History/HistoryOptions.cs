namespace Exporter.History;

/// <summary>What is kept under <c>--storage.path</c>.</summary>
internal sealed record HistoryOptions
{
    /// <summary>Observed changes are kept this long, 1 day to 10 years. Default 90 days.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(90);

    /// <summary>The store is kept below this many bytes, by dropping the oldest changes before their time. Default 1 GiB.</summary>
    public long MaxBytes { get; init; } = 1L << 30;
}

/// <summary>
/// What makes an account the same account after a restart. Its key is not part of it, so that a rotated key keeps what was seen; its
/// origin and its subuser are, so that two accounts never mix.
/// </summary>
internal sealed record AccountIdentity(string BaseUrl, string Name, string OnBehalfOf);
