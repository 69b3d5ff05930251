using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Exporter.Telemetry;

/// <summary>Formats a log entry as one line of fields: time, level, room, message, then the message's own fields.</summary>
internal sealed class LineFormatter(LogFormat format, TimeProvider time)
{
    /// <returns>The line with its line break.</returns>
    public string Line(LogRecord record)
    {
        var fields = new List<(string Name, string Value)>
        {
            ("ts", time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)),
            ("level", Level(record.Level)),
            ("room", Room(record.Category)),
            ("msg", record.Message),
        };
        fields.AddRange(
            record
                .Fields.Where(static field => field.Key is not LogRecord.Template)
                .Select(static field => (Snake(field.Key), Convert.ToString(field.Value, CultureInfo.InvariantCulture) ?? ""))
        );
        if (record.Exception is { } exception)
        {
            fields.Add(("exception", exception.Text));
        }

        return OneLine.From(format == LogFormat.Json ? Json(fields) : Logfmt(fields)) + "\n";
    }

    internal static string Logfmt(IEnumerable<(string Name, string Value)> fields) =>
        string.Join(' ', fields.Select(field => $"{field.Name}={Quote(field.Value)}"));

    private static string Json(IEnumerable<(string Name, string Value)> fields)
    {
        using var buffer = new MemoryStream();
        using (
            var json = new Utf8JsonWriter(
                buffer,
                new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
            )
        )
        {
            json.WriteStartObject();
            foreach (var (name, value) in fields.DistinctBy(field => field.Name, StringComparer.Ordinal))
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>
    /// Quotes a value that contains a space, an equals sign, a quote or anything that a terminal obeys: the codes
    /// that <see cref="OneLine"/> puts in its place stand inside quotes.
    /// </summary>
    private static string Quote(string value)
    {
        if (value.Length > 0 && !value.Any(static c => c is ' ' or '"' or '=' or '\\') && !OneLine.IsIn(value))
        {
            return value;
        }

        var text = new StringBuilder(value.Length + 8).Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' or '\\' => text.Append('\\').Append(c),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                _ => text.Append(c),
            };
        }

        return text.Append('"').ToString();
    }

    private static string Level(LogLevel level) =>
        level switch
        {
            LogLevel.Trace or LogLevel.Debug => "debug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warn",
            _ => "error",
        };

    /// <summary>Returns the room of one of the exporter's types in lower case, or the whole category of a library.</summary>
    private static string Room(string category) => category.Split('.') is ["Exporter", var room, ..] ? room.ToLowerInvariant() : category;

    private static string Snake(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i == 0 ? "" : "_") + char.ToLowerInvariant(c) : c.ToString()));
}
