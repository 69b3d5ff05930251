namespace Exporter.Exposition.Families;

/// <summary>
/// What lines are read off: as long as it is the same, so are they. Objects are compared by reference, as they are immutable.
/// </summary>
internal readonly struct CacheKey(object? first, object? second = null, long number = 0)
{
    private readonly object? _first = first;
    private readonly object? _second = second;
    private readonly long _number = number;

    /// <summary>For what is read off a number.</summary>
    public static CacheKey FromNumber(double? number) =>
        new(first: null, second: null, BitConverter.DoubleToInt64Bits(number ?? double.NaN));

    public bool IsSame(in CacheKey other) =>
        ReferenceEquals(_first, other._first) && ReferenceEquals(_second, other._second) && _number == other._number;
}
