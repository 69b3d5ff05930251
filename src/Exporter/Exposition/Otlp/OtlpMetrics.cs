using System.Globalization;
using Exporter.Exposition.Families;
using Exporter.Exposition.Text;
using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.Exposition.Otlp;

/// <summary>
/// Encodes the families of the <see cref="Catalogue"/> as requests of the OpenTelemetry protocol, from the same snapshot as
/// <c>/metrics</c>. The numbers of fields are those of opentelemetry-proto 1.x.
/// </summary>
/// <remarks>
/// The library would use instruments. It allocates a fixed number of places for each at the start, and copies each series: 20,000 links
/// took more than the memory limit that ships with the program, and series beyond the number were folded into one. A snapshot consists of
/// series already, so they are written from it: nothing is kept between two pushes, and no number has to be chosen.
/// </remarks>
internal sealed class OtlpMetrics : SampleSink
{
    /// <summary>The length at which a request ends. gRPC receivers accept 4 MiB.</summary>
    private const int EnoughForARequest = 1024 * 1024;

    /// <summary>The aggregation temporality of totals since the start.</summary>
    private const ulong Cumulative = 2;

    private readonly ProtobufWriter _request = new();
    private readonly ProtobufWriter _scope = new();
    private readonly Queue<byte[]> _ended = new();
    private readonly BuildInfo _build;
    private readonly ulong _start;
    private readonly ulong _now;
    private MetricFamily? _family;
    private int _scopeLabels;
    private int _samples;
    private (int Resource, int Scope)? _open;
    private (int Metric, int Data)? _openMetric;

    private OtlpMetrics(BuildInfo build, DateTimeOffset start, DateTimeOffset now) =>
        (_build, _start, _now) = (build, Nanoseconds(start), Nanoseconds(now));

    /// <summary>Encodes everything that is visible at a moment, in one request or, when it is long, in several.</summary>
    /// <param name="start">
    /// The start of the counters; the result never uses a time later than now, although the clock may have been set.
    /// </param>
    public static IEnumerable<byte[]> Encode(Snapshot snapshot, BuildInfo build, DateTimeOffset start, DateTimeOffset now)
    {
        var (sink, subjects) = (new OtlpMetrics(build, start < now ? start : now, now), PageSubjects.FromSnapshot(snapshot, now));
        return sink.Take(Catalogue.Accounts, subjects.Accounts)
            .Concat(sink.Take(Catalogue.FamiliesOf(CampaignKind.Automation), subjects.Automations))
            .Concat(sink.Take(Catalogue.FamiliesOf(CampaignKind.SingleSend), subjects.SingleSends))
            .Concat(sink.TakeLast());
    }

    public override void Scope(params ReadOnlySpan<(string Label, string? Value)> labels)
    {
        _scopeLabels = labels.Length;
        _scope.Clear();
        foreach (var (label, value) in labels)
        {
            if (value is not null)
            {
                _scope.Attribute(7, label, value);
            }
        }
    }

    public override void Sample(double value, params ReadOnlySpan<string> labels)
    {
        OpenMetric();
        var point = _request.Begin(1);
        if (_family!.Type == MetricType.Counter)
        {
            _request.Fixed64(2, _start);
        }

        _request.Fixed64(3, _now);
        _request.Double(4, value);
        _request.Append(_scope);
        for (var i = 0; i < labels.Length; i++)
        {
            _request.Attribute(7, _family.Labels[_scopeLabels + i], labels[i]);
        }

        _request.End(point);
        _samples++;
        if (_request.Length >= EnoughForARequest)
        {
            EndRequest();
        }
    }

    public override void Sample(long value, params ReadOnlySpan<string> labels) => Sample((double)value, labels);

    private static ulong Nanoseconds(DateTimeOffset moment) => (ulong)Math.Max(0, (moment - DateTimeOffset.UnixEpoch).Ticks) * 100;

    private IEnumerable<byte[]> Take<TSubject>(IEnumerable<MetricFamily<TSubject>> families, IReadOnlyList<TSubject> subjects)
        where TSubject : Subject
    {
        foreach (var family in families)
        {
            _family = family;
            foreach (var subject in subjects)
            {
                Scope(subject.Scope);
                family.Write(subject, this);
                while (_ended.TryDequeue(out var request))
                {
                    yield return request;
                }
            }

            EndMetric();
        }
    }

    /// <summary>Encodes the families about the exporter itself, which count the samples before them.</summary>
    private IEnumerable<byte[]> TakeLast()
    {
        foreach (var request in Take(Catalogue.Exporter, [new ExporterSubject(_build, _samples)]))
        {
            yield return request;
        }

        EndRequest();
        while (_ended.TryDequeue(out var request))
        {
            yield return request;
        }
    }

    private void OpenMetric()
    {
        if (_openMetric is not null)
        {
            return;
        }

        _open ??= OpenRequest();
        var (metric, isCounter) = (_request.Begin(2), _family!.Type == MetricType.Counter);
        _request.Text(1, OpenTelemetryName.FromFamily(_family));
        _request.Text(2, _family.Help);
        _request.Text(3, OpenTelemetryName.UnitOf(_family) ?? "");
        _openMetric = (metric, _request.Begin(isCounter ? 7 : 5));
        if (isCounter)
        {
            _request.Varint(2, Cumulative);
            // The sum is monotonic.
            _request.Varint(3, 1);
        }
    }

    private void EndMetric()
    {
        if (_openMetric is var (metric, data))
        {
            _request.End(data);
            _request.End(metric);
            _openMetric = null;
        }
    }

    private (int Resource, int Scope) OpenRequest()
    {
        var about = _request.Begin(1);
        var resource = _request.Begin(1);
        foreach (var (name, value) in OtlpPush.Resource().Build().Attributes)
        {
            _request.Attribute(1, name, Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
        }

        _request.End(resource);
        var scope = _request.Begin(2);
        var instrumentation = _request.Begin(1);
        _request.Text(1, "sendgrid-exporter");
        _request.Text(2, _build.Version);
        _request.End(instrumentation);
        return (about, scope);
    }

    private void EndRequest()
    {
        EndMetric();
        if (_open is var (resource, scope))
        {
            _request.End(scope);
            _request.End(resource);
            _open = null;
            _ended.Enqueue(_request.Written.ToArray());
            _request.Clear();
        }
    }
}
