using System.Buffers;
using System.Diagnostics.Metrics;
using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.Exposition;

/// <summary>Takes the samples of one moment, family by family, as OpenTelemetry wants them.</summary>
internal sealed class MeasurementSink() : SampleSink(new ArrayBufferWriter<byte>())
{
    private readonly Dictionary<string, List<Measurement<double>>> _families = new(StringComparer.Ordinal);
    private readonly List<KeyValuePair<string, object?>> _scope = [];
    private List<Measurement<double>> _family = [];
    private string[] _ownLabels = [];

    /// <summary>The samples of the families of one type.</summary>
    /// <param name="type">Gauges or counters.</param>
    /// <param name="snapshot">What is known.</param>
    /// <param name="build">This build.</param>
    /// <param name="now">The moment.</param>
    public static IReadOnlyDictionary<string, List<Measurement<double>>> Of(MetricType type, Snapshot snapshot, BuildInfo build, DateTimeOffset now)
    {
        var sink = new MeasurementSink();
        foreach (var account in snapshot.Accounts)
        {
            sink.Scope(("account", account.Name));
            sink.Write(Catalogue.Accounts, type, scopeLabels: 1, new AccountView(account));
            foreach (var campaign in account.Campaigns)
            {
                var view = new CampaignView(campaign, campaign.Serve(now, snapshot.MaxAge), now);
                sink.Scope(("account", account.Name), (campaign.Kind == CampaignKind.Automation ? "automation" : "singlesend", campaign.Label));
                sink.Write(Catalogue.Of(campaign.Kind), type, scopeLabels: 2, view);
            }
        }

        sink.Scope();
        sink.Write(Catalogue.Exporter, type, scopeLabels: 0, new ExporterView(build, sink._families.Values.Sum(family => family.Count)));
        return sink._families;
    }

    public override void Begin(MetricFamily family, int scopeLabels)
    {
        _ownLabels = family.Labels[scopeLabels..];
        if (!_families.TryGetValue(family.Name, out var known))
        {
            _families[family.Name] = known = [];
        }

        _family = known;
    }

    public override void Scope(params ReadOnlySpan<(string Label, string? Value)> labels)
    {
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
            tags[_scope.Count + i] = new(_ownLabels[i], labels[i]);
        }

        _family.Add(new Measurement<double>(value, tags.AsSpan()));
    }

    public override void Sample(long value, params ReadOnlySpan<string> labels) => Sample((double)value, labels);

    private void Write<TPart>(IEnumerable<MetricFamily<TPart>> families, MetricType type, int scopeLabels, TPart part)
    {
        foreach (var family in families.Where(family => family.Type == type))
        {
            Begin(family, scopeLabels);
            family.Write(part, this);
        }
    }
}
