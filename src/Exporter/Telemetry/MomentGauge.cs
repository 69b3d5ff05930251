using System.Collections.Concurrent;
using Prometheus;

namespace Exporter.Telemetry;

/// <summary>
/// A gauge of moments that this run has seen. It sets its series anew before each reading, because the machine's clock may have been set.
/// </summary>
internal sealed class MomentGauge
{
    private readonly ConcurrentDictionary<IGauge, Func<DateTimeOffset>> _moments = new();

    public MomentGauge(CollectorRegistry registry, Gauge gauge)
    {
        Gauge = gauge;
        registry.AddBeforeCollectCallback(Refresh);
    }

    public Gauge Gauge { get; }

    /// <param name="moment">Returns the moment by the time of day that is right when it is called.</param>
    public void Set(Func<DateTimeOffset> moment, params string[] labels)
    {
        var series = Gauge.WithLabels(labels);
        _moments[series] = moment;
        series.Set(Seconds(moment()));
    }

    /// <summary>Returns the moment last passed to <see cref="Set"/>; <see langword="null"/> when there was none.</summary>
    public DateTimeOffset? Get(params string[] labels) => _moments.TryGetValue(Gauge.WithLabels(labels), out var moment) ? moment() : null;

    public void Remove(params string[] labels)
    {
        _moments.TryRemove(Gauge.WithLabels(labels), out _);
        Gauge.RemoveLabelled(labels);
    }

    private void Refresh()
    {
        foreach (var (series, moment) in _moments)
        {
            series.Set(Seconds(moment()));
        }
    }

    private static double Seconds(DateTimeOffset moment) => moment.ToUnixTimeMilliseconds() / 1000d;
}
