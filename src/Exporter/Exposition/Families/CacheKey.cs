namespace Exporter.Exposition.Families;

/// <summary>
/// The inputs of rendered lines: while they stay the same, so do the lines. Objects are immutable, so they are compared by reference.
/// </summary>
internal readonly struct CacheKey(object? first, object? second = null, long number = 0)
{
    private readonly object? _first = first;
    private readonly object? _second = second;
    private readonly long _number = number;

    /// <summary>Returns the key of a single number.</summary>
    public static CacheKey FromNumber(double? number) =>
        new(first: null, second: null, BitConverter.DoubleToInt64Bits(number ?? double.NaN));

    public bool IsSame(in CacheKey other) =>
        ReferenceEquals(_first, other._first) && ReferenceEquals(_second, other._second) && _number == other._number;
}
