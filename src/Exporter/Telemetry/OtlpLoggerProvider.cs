using OpenTelemetry;
using OpenTelemetry.Exporter;

namespace Exporter.Telemetry;

/// <summary>Pushes the lines of the log by OTLP, beside the ones on standard error.</summary>
[ProviderAlias("Otlp")]
internal sealed class OtlpLoggerProvider : ILoggerProvider
{
#pragma warning disable CA2213 // It is disposed of, on a thread that may be left behind.
    private readonly ILoggerFactory _lines;
#pragma warning restore CA2213

    private readonly Func<TimeSpan> _timeLeft;

    /// <param name="target">Where to.</param>
    /// <param name="client">Makes an HTTP client with a limit for each request.</param>
    /// <param name="timeLeft">What is left of the program's stop.</param>
    public OtlpLoggerProvider(OtlpTarget target, Func<TimeSpan, HttpClient> client, Func<TimeSpan> timeLeft)
    {
        _timeLeft = timeLeft;

        // Which lines there are is decided before they come here.
        _lines = LoggerFactory.Create(logging =>
            logging
                .SetMinimumLevel(LogLevel.Trace)
                .AddOpenTelemetry(lines =>
                {
                    lines.IncludeFormattedMessage = true;
                    lines.SetResourceBuilder(OtlpPush.Resource());
#pragma warning disable CA2000 // The library disposes of both.
                    lines.AddProcessor(new BatchLogRecordExportProcessor(new OtlpLogExporter(OtlpPush.ExporterOptions(target, client))));
#pragma warning restore CA2000
                })
        );
    }

    public ILogger CreateLogger(string categoryName) => _lines.CreateLogger(categoryName);

    /// <summary>Pushes what is left, and waits for it no longer than for a quarter of what is left of the stop.</summary>
    public void Dispose() => Task.Run(_lines.Dispose).Wait(_timeLeft() / 4);
}
