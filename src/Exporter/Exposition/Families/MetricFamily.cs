using Exporter.Exposition.Text;

namespace Exporter.Exposition.Families;

/// <summary>Name, type, help and labels of a family. Each is defined once, in the <see cref="Catalogue"/>.</summary>
/// <param name="Name">The name on <c>/metrics</c>.</param>
/// <param name="Help">One line, without quotes and backslashes, which the two formats escape differently.</param>
/// <param name="Labels">All label names in order; <c>account</c> is left out when accounts are not named.</param>
internal record MetricFamily(string Name, MetricType Type, string Help, params string[] Labels);

/// <summary>A family whose samples come from a <typeparamref name="TSubject"/> of the snapshot.</summary>
/// <param name="Name">The name on <c>/metrics</c>.</param>
/// <param name="Help">One line.</param>
/// <param name="Labels">All label names in order, the scope's first.</param>
/// <param name="Write">Writes the samples about one subject, with values for the labels that the subject's scope does not have.</param>
/// <param name="ReadOff">Returns the inputs of the lines; rendered lines are reused until these change.</param>
/// <param name="IsDetailed">
/// Whether there may be many samples about one subject. Its lines then make a piece of their own; otherwise several subjects share a piece.
/// </param>
internal sealed record MetricFamily<TSubject>(
    string Name,
    MetricType Type,
    string Help,
    string[] Labels,
    Action<TSubject, SampleSink> Write,
    Func<TSubject, CacheKey> ReadOff,
    bool IsDetailed = false
) : MetricFamily(Name, Type, Help, Labels)
    where TSubject : Subject
{
    /// <summary>Creates a gauge or counter with at most one sample about a subject.</summary>
    /// <param name="name">The name on <c>/metrics</c>.</param>
    /// <param name="help">One line.</param>
    /// <param name="labels">The scope's labels.</param>
    /// <param name="value">Returns the sample; <see langword="null"/> for none.</param>
    public static MetricFamily<TSubject> OfValue(
        string name,
        MetricType type,
        string help,
        string[] labels,
        Func<TSubject, double?> value
    ) =>
        new(
            name,
            type,
            help,
            labels,
            (subject, sink) =>
            {
                if (value(subject) is { } sample)
                {
                    sink.Sample(sample);
                }
            },
            subject => CacheKey.FromNumber(value(subject))
        );
}
