using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace Exporter.Telemetry;

/// <summary>Pushes metrics, tells how that goes, and says when the library folded series into one, which it does silently.</summary>
/// <param name="options">Where to.</param>
/// <param name="seriesLimit">The limit of the instrument of a name.</param>
/// <param name="log">What the operator reads.</param>
internal sealed class WatchedMetricExporter(OtlpExporterOptions options, Func<string, int> seriesLimit, OtlpLog log) : OtlpMetricExporter(options)
{
    /// <summary>Points of one request, unless a single metric has more: receivers refuse requests of some tens of megabytes.</summary>
    private const int PointsPerRequest = 20_000;

    /// <summary>The attribute of the series that the rest is folded into.</summary>
    private const string Overflow = "otel.metric.overflow";

    private readonly HashSet<string> _folded = new(StringComparer.Ordinal);

    public override ExportResult Export(in Batch<Metric> batch)
    {
        var result = ExportResult.Success;
        var (request, points) = (new List<Metric>(), 0);
        foreach (var metric in batch)
        {
            var count = Look(metric);
            if (points > 0 && points + count > PointsPerRequest)
            {
                result = Push(request, result);
                (request, points) = ([], 0);
            }

            request.Add(metric);
            points += count;
        }

        result = request.Count > 0 ? Push(request, result) : result;
        log.Pushed("metrics", result == ExportResult.Success);
        return result;
    }

    private ExportResult Push(List<Metric> request, ExportResult before) =>
        base.Export(new Batch<Metric>([.. request], request.Count)) == ExportResult.Success ? before : ExportResult.Failure;

    /// <summary>Counts the points of a metric and looks for the folded one.</summary>
    private int Look(Metric metric)
    {
        var (count, folds) = (0, false);
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            count++;
            folds |= point.Tags.Count == 1 && IsOverflow(point.Tags);
        }

        if (!folds)
        {
            _folded.Remove(metric.Name);
        }
        else if (_folded.Add(metric.Name))
        {
            log.Folded(metric.Name, seriesLimit(metric.Name));
        }

        return count;
    }

    private static bool IsOverflow(ReadOnlyTagCollection tags)
    {
        foreach (var tag in tags)
        {
            return tag.Key == Overflow;
        }

        return false;
    }
}

/// <summary>Pushes spans and tells how that goes.</summary>
internal sealed class WatchedTraceExporter(OtlpExporterOptions options, OtlpLog log) : OtlpTraceExporter(options)
{
    public override ExportResult Export(in Batch<Activity> activityBatch)
    {
        var result = base.Export(activityBatch);
        log.Pushed("traces", result == ExportResult.Success);
        return result;
    }
}
