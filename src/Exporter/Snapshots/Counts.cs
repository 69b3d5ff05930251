namespace Exporter.Snapshots;

/// <summary>Arithmetic for counts, which are never negative.</summary>
internal static class Counts
{
    /// <summary>Returns the sum. It stays at the largest number rather than wrap around; no real account comes near it.</summary>
    public static long SaturatingAdd(long sum, long count) => sum > long.MaxValue - count ? long.MaxValue : sum + count;

    /// <summary>Returns the sum of two counts; <see langword="null"/> when either is unknown.</summary>
    public static long? SaturatingAdd(long? sum, long? count) => sum is { } a && count is { } b ? SaturatingAdd(a, b) : null;
}
