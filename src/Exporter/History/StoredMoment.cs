namespace Exporter.History;

/// <summary>
/// Times in the store: milliseconds since the epoch. A number outside of the range is damage; every time inside leaves room for sums with
/// any configured time span.
/// </summary>
internal static class StoredMoment
{
    /// <summary>The year 3000: the first number that is no time.</summary>
    public const long End = 32_503_680_000_000;

    /// <summary>Reads the value of a column.</summary>
    /// <returns>Whether it is a time.</returns>
    public static bool TryRead(object? value, out DateTimeOffset time)
    {
        var isTime = value is long number && IsTime(number);
        time = isTime ? DateTimeOffset.FromUnixTimeMilliseconds((long)value!) : default;
        return isTime;
    }

    /// <summary>Whether a number is a time.</summary>
    public static bool IsTime(long milliseconds) => milliseconds is >= 0 and < End;
}
