using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;

namespace Exporter.Telemetry;

/// <summary>Pushes spans and records whether each push succeeds.</summary>
internal sealed class WatchedTraceExporter(OtlpExporterOptions options, OtlpLog log) : OtlpTraceExporter(options)
{
    public override ExportResult Export(in Batch<Activity> activityBatch)
    {
        var result = base.Export(activityBatch);
        log.Pushed("traces", result == ExportResult.Success);
        return result;
    }
}
