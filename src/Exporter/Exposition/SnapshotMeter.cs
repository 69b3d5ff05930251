using System.Diagnostics.Metrics;
using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.Exposition;

/// <summary>The families of the <see cref="Catalogue"/> as observable instruments of OpenTelemetry, read off the same snapshot as <c>/metrics</c>.</summary>
internal static class SnapshotMeter
{
    /// <summary>Makes the instruments of one type.</summary>
    /// <param name="type">Gauges or counters.</param>
    /// <param name="store">What is known.</param>
    /// <param name="build">This build.</param>
    /// <param name="time">The clock.</param>
    /// <param name="seriesLimit">Series that an instrument of links may have; one without links may have a tenth of it.</param>
    public static ObservedMeter Of(MetricType type, SnapshotStore store, BuildInfo build, TimeProvider time, int seriesLimit)
    {
#pragma warning disable CA2000 // The caller's, inside of the result.
        var meter = new Meter(type == MetricType.Counter ? "sendgrid.counters" : "sendgrid.gauges", build.Version);
#pragma warning restore CA2000
        var families = Catalogue.All.Where(family => family.Type == type).ToList();
        IReadOnlyDictionary<string, List<Measurement<double>>> seen = new Dictionary<string, List<Measurement<double>>>(StringComparer.Ordinal);
        foreach (var family in families)
        {
            Create(meter, family, () => seen.GetValueOrDefault(family.Name, []));
        }

        var ofLinks = families.Where(family => family.Labels.Contains("url_location", StringComparer.Ordinal)).Select(OpenTelemetryName.Of).ToHashSet(StringComparer.Ordinal);
        return new ObservedMeter(
            meter,
            () =>
            {
                var (snapshot, now) = store.Read(time);
                seen = MeasurementSink.Of(type, snapshot, build, now);
            },
            name => ofLinks.Contains(name) ? seriesLimit : Math.Max(OtlpOptions.LeastSeries, seriesLimit / 10));
    }

    private static void Create(Meter meter, MetricFamily family, Func<IEnumerable<Measurement<double>>> observe)
    {
        if (family.Type == MetricType.Counter)
        {
            meter.CreateObservableCounter(OpenTelemetryName.Of(family), observe, OpenTelemetryName.UnitOf(family), family.Help);
        }
        else
        {
            meter.CreateObservableGauge(OpenTelemetryName.Of(family), observe, OpenTelemetryName.UnitOf(family), family.Help);
        }
    }
}
