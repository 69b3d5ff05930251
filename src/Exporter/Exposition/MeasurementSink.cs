using System.Diagnostics.Metrics;
using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.Exposition;

/// <summary>Takes the samples of one moment, family by family, as OpenTelemetry wants them.</summary>
internal sealed class MeasurementSink : SampleSink
{
    private readonly Dictionary<string, List<Measurement<double>>> _families = new(StringComparer.Ordinal);
    private readonly List<KeyValuePair<string, object?>> _scope = [];
    private List<Measurement<double>> _measurements = [];
    private MetricFamily? _family;
    private int _scopeLabels;

    /// <summary>The samples of the families of one type.</summary>
    /// <param name="type">Gauges or counters.</param>
    /// <param name="snapshot">What is known.</param>
    /// <param name="build">This build.</param>
    /// <param name="now">The moment.</param>
    public static IReadOnlyDictionary<string, List<Measurement<double>>> Of(MetricType type, Snapshot snapshot, BuildInfo build, DateTimeOffset now)
    {
        var (sink, parts) = (new MeasurementSink(), PageParts.Of(snapshot, now));
        sink.Take(Catalogue.Accounts, type, parts.Accounts);
        sink.Take(Catalogue.Of(CampaignKind.Automation), type, parts.Automations);
        sink.Take(Catalogue.Of(CampaignKind.SingleSend), type, parts.SingleSends);
        sink.Take(Catalogue.Exporter, type, [new ExporterView(build, sink._families.Values.Sum(family => family.Count))]);
        return sink._families;
    }

    public override void Scope(params ReadOnlySpan<(string Label, string? Value)> labels)
    {
        _scopeLabels = labels.Length;
        _scope.Clear();
        foreach (var (label, value) in labels)
        {
            if (value is not null)
            {
                _scope.Add(new(label, value));
            }
        }
    }

    public override void Sample(double value, params ReadOnlySpan<string> labels)
    {
        var tags = new KeyValuePair<string, object?>[_scope.Count + labels.Length];
        _scope.CopyTo(tags);
        for (var i = 0; i < labels.Length; i++)
        {
            tags[_scope.Count + i] = new(_family!.Labels[_scopeLabels + i], labels[i]);
        }

        _measurements.Add(new Measurement<double>(value, tags.AsSpan()));
    }

    public override void Sample(long value, params ReadOnlySpan<string> labels) => Sample((double)value, labels);

    private void Take<TPart>(IEnumerable<MetricFamily<TPart>> families, MetricType type, IReadOnlyList<TPart> parts)
        where TPart : View
    {
        foreach (var family in families.Where(family => family.Type == type))
        {
            (_family, _measurements) = (family, []);
            _families[family.Name] = _measurements;
            foreach (var part in parts)
            {
                Scope(part.Scope);
                family.Write(part, this);
            }
        }
    }
}
