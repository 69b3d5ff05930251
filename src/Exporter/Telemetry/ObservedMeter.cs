using System.Diagnostics.Metrics;

namespace Exporter.Telemetry;

/// <summary>A meter whose instruments all tell of the same moment.</summary>
/// <param name="Meter">The instruments.</param>
/// <param name="Look">Takes the moment that they tell of until the next look.</param>
/// <param name="SeriesLimit">How many series the instrument of a name may have.</param>
internal sealed record ObservedMeter(Meter Meter, Action Look, Func<string, int> SeriesLimit) : IDisposable
{
    public void Dispose() => Meter.Dispose();
}
