using Exporter.Exposition.Text;

namespace Exporter.Exposition.Families;

/// <summary>Name, type, help and labels of a family. Each is defined once, in the <see cref="Catalogue"/>.</summary>
/// <param name="Name">The name on <c>/metrics</c>.</param>
/// <param name="Help">One line, without quotes and backslashes, which the two formats escape differently.</param>
/// <param name="Labels">All label names in order; <c>account</c> is left out when accounts are not named.</param>
internal record MetricFamily(string Name, MetricType Type, string Help, params string[] Labels);

/// <summary>A family whose samples come from a <typeparamref name="TPart"/> of the snapshot.</summary>
/// <param name="Name">The name on <c>/metrics</c>.</param>
/// <param name="Help">One line.</param>
/// <param name="Labels">All label names in order, the scope's first.</param>
/// <param name="Write">Writes the samples of one part, with values for the labels that the part's scope does not have.</param>
/// <param name="ReadOff">Returns the inputs of the lines; rendered lines are reused until these change.</param>
/// <param name="IsDetailed">
/// Whether one part may have many samples. Its lines then make a piece of their own; otherwise several parts share a piece.
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
    /// <summary>Creates a gauge or counter with at most one sample in a part.</summary>
    /// <param name="name">The name on <c>/metrics</c>.</param>
    /// <param name="help">One line.</param>
    /// <param name="labels">The scope's labels.</param>
    /// <param name="value">Returns the sample; <see langword="null"/> for none.</param>
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
