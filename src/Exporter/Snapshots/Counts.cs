namespace Exporter.Snapshots;

/// <summary>Arithmetic of counts, which are never negative.</summary>
internal static class Counts
{
    /// <summary>The sum, which stays at the largest number rather than wrap around; no real account comes near it.</summary>
    public static long SaturatingAdd(long sum, long count) => sum > long.MaxValue - count ? long.MaxValue : sum + count;

    /// <summary>The sum of two counts that may be unknown: with one of them it is not known either.</summary>
    public static long? SaturatingAdd(long? sum, long? count) => sum is { } a && count is { } b ? SaturatingAdd(a, b) : null;
}
