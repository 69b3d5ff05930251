using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Telemetry;

/// <summary>
/// An entry of the log as every way out gets it: no text of it holds a secret, and no name anything that a terminal obeys. Elsewhere
/// such characters are left, because each format has its own way to write them.
/// </summary>
/// <param name="Category">The type that has logged it.</param>
/// <param name="Fields">The fields of the message and its template, each a number, a truth value, a text or nothing.</param>
internal sealed record LogRecord(
    LogLevel Level,
    string Category,
    EventId Id,
    string Message,
    IReadOnlyList<KeyValuePair<string, object?>> Fields,
    LoggedException? Exception
)
{
    /// <summary>The name of the field that holds the message before its fields were put in.</summary>
    public const string Template = "{OriginalFormat}";

    public static LogRecord From<TState>(in LogEntry<TState> entry, Harmless harmless) =>
        new(
            entry.LogLevel,
            harmless.Line(entry.Category),
            entry.EventId.Name is { } name ? new EventId(entry.EventId.Id, harmless.Line(name)) : entry.EventId,
            harmless.Hide(entry.Formatter(entry.State, entry.Exception)),
            entry.State is IEnumerable<KeyValuePair<string, object?>> fields
                ? [.. fields.Select(field => KeyValuePair.Create(harmless.Line(field.Key), harmless.Value(field.Value)))]
                : [],
            entry.Exception is { } exception ? LoggedException.From(exception, harmless) : null
        );
}
