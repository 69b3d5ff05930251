namespace Exporter.Exposition;

/// <summary>The types of the exposition format that the exporter's own families use.</summary>
internal enum MetricType
{
    Gauge,
    Counter,
}

/// <summary>Name, type, help and labels of a family: each is stated once, in the <see cref="Catalogue"/>.</summary>
/// <param name="Name">As on <c>/metrics</c>.</param>
/// <param name="Type">Its type.</param>
/// <param name="Help">One line, without quotes and backslashes, which the two formats write differently.</param>
/// <param name="Labels">All label names in order; <c>account</c> is left out when accounts are not named.</param>
internal record MetricFamily(string Name, MetricType Type, string Help, params string[] Labels);

/// <summary>A family whose samples are read off a <typeparamref name="TPart"/> of the snapshot.</summary>
/// <param name="Name">As on <c>/metrics</c>.</param>
/// <param name="Type">Its type.</param>
/// <param name="Help">One line.</param>
/// <param name="Labels">All label names in order, the scope's first.</param>
/// <param name="Write">Writes the samples of one part, with values for the labels that the part's scope does not have.</param>
/// <param name="ReadOff">What they are read off: lines are kept until this changes.</param>
/// <param name="IsDetailed">
/// Whether one part may have many samples, whose lines are then kept by themselves; else those of several parts are kept together.
/// </param>
internal sealed record MetricFamily<TPart>(
    string Name,
    MetricType Type,
    string Help,
    string[] Labels,
    Action<TPart, SampleSink> Write,
    Func<TPart, CacheKey> ReadOff,
    bool IsDetailed = false
) : MetricFamily(Name, Type, Help, Labels)
    where TPart : Part
{
    /// <summary>A gauge or counter with at most one sample in a part.</summary>
    /// <param name="name">As on <c>/metrics</c>.</param>
    /// <param name="type">Its type.</param>
    /// <param name="help">One line.</param>
    /// <param name="labels">The scope's labels.</param>
    /// <param name="value">The sample, or <see langword="null"/> for none.</param>
    public static MetricFamily<TPart> OfValue(string name, MetricType type, string help, string[] labels, Func<TPart, double?> value) =>
        new(
            name,
            type,
            help,
            labels,
            (part, sink) =>
            {
                if (value(part) is { } sample)
                {
                    sink.Sample(sample);
                }
            },
            part => CacheKey.FromNumber(value(part))
        );
}

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

/// <summary>What families are read off: a part of the snapshot.</summary>
/// <param name="Scope">The labels that all samples of the part carry; a <see langword="null"/> value leaves its label out.</param>
internal abstract record Part(params (string Label, string? Value)[] Scope)
{
    /// <summary>Whether both are the same part under the same labels, however its numbers differ.</summary>
    public virtual bool IsSamePart(Part other) => Scope.SequenceEqual(other.Scope);

    /// <summary>Whether the same part is certain to give the same lines in every family.</summary>
    public abstract bool LooksLike(Part other);
}
