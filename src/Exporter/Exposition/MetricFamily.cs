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
/// <param name="ReadOff">
/// For a family with many samples in one part: what they are read off. Its lines are kept for each part by itself, until this changes.
/// <see langword="null"/> for a family with few, whose lines are kept for several parts together.
/// </param>
internal sealed record MetricFamily<TPart>(
    string Name, MetricType Type, string Help, string[] Labels, Action<TPart, SampleSink> Write, Func<TPart, Source>? ReadOff = null)
    : MetricFamily(Name, Type, Help, Labels)
    where TPart : View;

/// <summary>What lines are read off: as long as it is the same, so are they. Objects are compared by reference, as they are immutable.</summary>
internal readonly struct Source(object? first, object? second = null, int third = 0)
{
    private readonly object? _first = first;
    private readonly object? _second = second;
    private readonly int _third = third;

    public bool IsSame(in Source other) =>
        ReferenceEquals(_first, other._first) && ReferenceEquals(_second, other._second) && _third == other._third;
}

/// <summary>What families are read off: a part of the snapshot.</summary>
/// <param name="Scope">The labels that all samples of the part carry; a <see langword="null"/> value leaves its label out.</param>
internal abstract record View(params (string Label, string? Value)[] Scope);
