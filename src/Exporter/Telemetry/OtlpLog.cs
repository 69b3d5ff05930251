using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Globalization;

namespace Exporter.Telemetry;

/// <summary>
/// Logs the state of pushing: one line per change. A failure without its own reason gets the last message of the library.
/// </summary>
internal sealed partial class OtlpLog(ILogger<OtlpLog> logger, Harmless harmless) : EventListener
{
    private readonly ConcurrentDictionary<string, bool> _failing = new(StringComparer.Ordinal);
    private volatile string _lastSaid = "unknown";

    public void Pushing(string signal, Uri endpoint) => LogPushing(signal, endpoint.GetLeftPart(UriPartial.Path));

    /// <summary>Records the result of a push.</summary>
    public void Pushed(string signal, bool good, string? failure = null)
    {
        var failedBefore = _failing.GetValueOrDefault(signal);
        _failing[signal] = !good;
        if (!good && !failedBefore)
        {
            LogFailing(signal, failure ?? _lastSaid);
        }
        else if (good && failedBefore)
        {
            LogRecovered(signal);
        }
    }

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
        _lastSaid = harmless.Beginning(text, OtlpSender.LongestReason);
    }

    [LoggerMessage(LogLevel.Information, "Pushing {Signal} by OTLP.")]
    private partial void LogPushing(string signal, string endpoint);

    [LoggerMessage(
        LogLevel.Warning,
        "A push of {Signal} by OTLP failed, so the receiver lacks its data. The exporter retries with each push."
    )]
    private partial void LogFailing(string signal, string error);

    [LoggerMessage(LogLevel.Information, "Pushing {Signal} by OTLP works again.")]
    private partial void LogRecovered(string signal);
}
