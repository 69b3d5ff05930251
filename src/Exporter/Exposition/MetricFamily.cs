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
/// <param name="Help">One line.</param>
/// <param name="Labels">All label names in order; <c>account</c> is left out when accounts are not named.</param>
internal record MetricFamily(string Name, MetricType Type, string Help, params string[] Labels);

/// <summary>A family whose samples are read off a <typeparamref name="TPart"/> of the snapshot.</summary>
/// <param name="Name">As on <c>/metrics</c>.</param>
/// <param name="Type">Its type.</param>
/// <param name="Help">One line.</param>
/// <param name="Labels">All label names in order, the scope's first.</param>
/// <param name="Write">Writes the samples of one part, with values for the labels that the part's scope does not have.</param>
internal sealed record MetricFamily<TPart>(string Name, MetricType Type, string Help, string[] Labels, Action<TPart, SampleSink> Write)
    : MetricFamily(Name, Type, Help, Labels);
