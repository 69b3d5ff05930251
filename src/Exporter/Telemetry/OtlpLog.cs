using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Globalization;

namespace Exporter.Telemetry;

/// <summary>What the operator reads of pushing: one line per change. The reason of a failure is what the library said last.</summary>
internal sealed partial class OtlpLog(ILogger<OtlpLog> logger) : EventListener
{
    private readonly ConcurrentDictionary<string, bool> _failing = new(StringComparer.Ordinal);
    private volatile string _lastSaid = "unknown";

    public void Pushing(string signal, Uri endpoint) => LogPushing(signal, endpoint.GetLeftPart(UriPartial.Path));

    /// <summary>A push ended.</summary>
    public void Pushed(string signal, bool good)
    {
        var failedBefore = _failing.GetValueOrDefault(signal);
        _failing[signal] = !good;
        if (!good && !failedBefore)
        {
            LogFailing(signal, _lastSaid);
        }
        else if (good && failedBefore)
        {
            LogRecovered(signal);
        }
    }

    public void Folded(string metric, int limit) => LogFolded(metric, limit);

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name is "OpenTelemetry-Exporter-OpenTelemetryProtocol")
        {
            EnableEvents(eventSource, EventLevel.Warning);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        var text = string.Format(CultureInfo.InvariantCulture, eventData.Message ?? "{0}", [.. eventData.Payload ?? []]);
        var line = text.AsSpan()[..Math.Max(0, text.AsSpan().IndexOfAny('\r', '\n') is var end and >= 0 ? end : text.Length)];
        _lastSaid = line[..Math.Min(line.Length, 300)].ToString();
    }

    [LoggerMessage(LogLevel.Information, "Pushing {Signal} by OTLP.")]
    private partial void LogPushing(string signal, string endpoint);

    [LoggerMessage(LogLevel.Warning, "A push of {Signal} by OTLP failed: the receiver lacks what it held. It is tried again with each push.")]
    private partial void LogFailing(string signal, string error);

    [LoggerMessage(LogLevel.Information, "Pushing {Signal} by OTLP works again.")]
    private partial void LogRecovered(string signal);

    [LoggerMessage(LogLevel.Error, "{Metric} has more series than OTLP may push: the rest is in one series with otel.metric.overflow. Raise otlp.max_series.")]
    private partial void LogFolded(string metric, int limit);
}
