using OpenTelemetry;
using OpenTelemetry.Exporter;

namespace Exporter.Telemetry;

/// <summary>
/// Pushes the log lines by OTLP, besides writing them to standard error. A receiver may show them on a terminal, so they hold nothing that
/// one obeys.
/// </summary>
/// <param name="client">Creates an HTTP client with a time limit for each request.</param>
/// <param name="timeLeft">Returns the time that the program's stop has left.</param>
[ProviderAlias("Otlp")]
internal sealed class OtlpLoggerProvider(Harmless harmless, OtlpTarget target, Func<TimeSpan, HttpClient> client, Func<TimeSpan> timeLeft)
    : LogProvider(harmless)
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

    /// <summary>Pushes the remaining lines, and waits at most a quarter of the time that the stop has left.</summary>
    public override void Dispose() => OwnThread.RunAsync("last lines", _lines.Dispose).Wait(timeLeft() / 4);

    /// <summary>The library gets no exception: it would write its texts itself.</summary>
    protected override Action<LogRecord> WriterOf(string category)
    {
        var logger = _lines.CreateLogger(category);
        return record =>
        {
            var attributes = Attributes(record);
            logger.Log(record.Level, record.Id, attributes, exception: null, (_, _) => OneLine.EachFrom(record.Message));
        };
    }

    /// <summary>Returns the fields; those of an exception have the names that OpenTelemetry gives them.</summary>
    private static List<KeyValuePair<string, object?>> Attributes(LogRecord record)
    {
        var fields = record.Fields.AsEnumerable();
        if (record.Exception is { } exception)
        {
            fields = fields.Concat([
                new("exception.type", exception.Type),
                new("exception.message", exception.Message),
                new("exception.stacktrace", exception.Text),
            ]);
        }

        return
        [
            .. fields.Select(static field =>
                field.Value is string text ? new KeyValuePair<string, object?>(field.Key, OneLine.EachFrom(text)) : field
            ),
        ];
    }
}
