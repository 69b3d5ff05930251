using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Telemetry;

/// <summary>
/// An entry of the log as every way out gets it: no text of it holds an API key, and no name anything that a terminal obeys. Elsewhere
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

    public static LogRecord From<TState>(in LogEntry<TState> entry) =>
        new(
            entry.LogLevel,
            Harmless.Line(entry.Category),
            entry.EventId.Name is { } name ? new EventId(entry.EventId.Id, Harmless.Line(name)) : entry.EventId,
            KeyShape.Hide(entry.Formatter(entry.State, entry.Exception)),
            entry.State is IEnumerable<KeyValuePair<string, object?>> fields
                ? [.. fields.Select(static field => KeyValuePair.Create(Harmless.Line(field.Key), Harmless.Value(field.Value)))]
                : [],
            entry.Exception is { } exception ? LoggedException.From(exception) : null
        );
}
