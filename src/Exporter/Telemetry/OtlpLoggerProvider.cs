using OpenTelemetry;
using OpenTelemetry.Exporter;

namespace Exporter.Telemetry;

/// <summary>Pushes the log lines by OTLP, besides writing them to standard error.</summary>
[ProviderAlias("Otlp")]
internal sealed class OtlpLoggerProvider : ILoggerProvider
{
#pragma warning disable CA2213 // It is disposed, on a thread that may be abandoned.
    private readonly ILoggerFactory _lines;
#pragma warning restore CA2213

    private readonly Func<TimeSpan> _timeLeft;

    /// <param name="client">Creates an HTTP client with a time limit for each request.</param>
    /// <param name="timeLeft">Returns the time that the program's stop has left.</param>
    public OtlpLoggerProvider(OtlpTarget target, Func<TimeSpan, HttpClient> client, Func<TimeSpan> timeLeft)
    {
        _timeLeft = timeLeft;

        // The filters of the caller decide which lines arrive here.
        _lines = LoggerFactory.Create(logging =>
            logging
                .SetMinimumLevel(LogLevel.Trace)
                .AddOpenTelemetry(lines =>
                {
                    lines.IncludeFormattedMessage = true;
                    lines.SetResourceBuilder(OtlpPush.Resource());
                    // The library disposes both.
                    lines.AddProcessor(new BatchLogRecordExportProcessor(new OtlpLogExporter(OtlpPush.ExporterOptions(target, client))));
                })
        );
    }

    public ILogger CreateLogger(string categoryName) => _lines.CreateLogger(categoryName);

    /// <summary>Pushes the remaining lines, and waits at most a quarter of the time that the stop has left.</summary>
    public void Dispose() => Task.Run(_lines.Dispose).Wait(_timeLeft() / 4);
}
