using OpenTelemetry;
using OpenTelemetry.Exporter;

namespace Exporter.Telemetry;

/// <summary>Pushes the log lines by OTLP, besides writing them to standard error.</summary>
/// <param name="client">Creates an HTTP client with a time limit for each request.</param>
/// <param name="timeLeft">Returns the time that the program's stop has left.</param>
[ProviderAlias("Otlp")]
internal sealed class OtlpLoggerProvider(OtlpTarget target, Func<TimeSpan, HttpClient> client, Func<TimeSpan> timeLeft) : ILoggerProvider
{
#pragma warning disable CA2213 // It is disposed, on a thread that may be abandoned.
    /// <summary>The filters of the caller decide which lines arrive here.</summary>
    private readonly ILoggerFactory _lines = LoggerFactory.Create(logging =>
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
#pragma warning restore CA2213

    public ILogger CreateLogger(string categoryName) => _lines.CreateLogger(categoryName);

    /// <summary>Pushes the remaining lines, and waits at most a quarter of the time that the stop has left.</summary>
    public void Dispose() => Task.Run(_lines.Dispose).Wait(timeLeft() / 4);
}
