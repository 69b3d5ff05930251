using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Exporter.Tests.Configuration;

/// <summary>
/// deploy/CONFIGURATION.md has a row for each key of the schema, which <see cref="SchemaTests"/> holds against the reader.
/// </summary>
public sealed class ConfigurationDocumentTests
{
    private const string Begin = "<!-- keys: UPDATE_GOLDEN=1 rewrites them -->\n";
    private const string End = "<!-- end of keys -->\n";

    /// <summary>What a definition of the schema is called, with the ends of its range, and what is just beyond.</summary>
    private static readonly Dictionary<string, (string Kind, string[] Ends, string[] Beyond)> Kinds = new(StringComparer.Ordinal)
    {
        ["interval"] = ("duration, 1s to 24h", ["1s", "24h", "1440m", "86400s"], ["0s", "25h", "86401s"]),
        ["age"] = ("duration, 1s to 3650d", ["1s", "3650d"], ["0s", "3651d"]),
        ["retention"] = ("duration, 1d to 3650d", ["1d", "24h", "3650d"], ["23h", "3651d"]),
        ["size"] = ("size, 1MiB to 1024GiB", ["1MiB", "1024GiB"], ["1023KiB", "1025GiB"]),
        ["flag"] = ("true or false", [], []),
        ["label"] = ("text", [], []),
        ["id"] = ("id", ["5f0c1a3e-0000-4000-8000-000000000001"], ["export", "a/b"]),
    };

    private static readonly JsonElement Schema = JsonDocument
        .Parse(File.ReadAllText(Repository.PathTo("deploy/sendgrid-exporter.schema.json")))
        .RootElement;

    [Fact]
    public async Task Every_key_has_a_row_with_what_the_schema_says_of_it()
    {
        var file = Repository.PathTo("deploy/CONFIGURATION.md");
        var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        var expected = text[..begin] + Tables() + text[end..];
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") is "1")
        {
            await File.WriteAllTextAsync(file, expected, TestContext.Current.CancellationToken);
        }

        Assert.Equal(expected, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void The_ranges_in_words_are_those_of_the_schema()
    {
        var definitions = Schema.GetProperty("definitions");
        Assert.All(
            Kinds,
            kind =>
            {
                var pattern = Patterns(definitions.GetProperty(kind.Key)).FirstOrDefault() ?? "";
                Assert.All(kind.Value.Ends, value => Assert.Matches(pattern, value));
                Assert.All(kind.Value.Beyond, value => Assert.DoesNotMatch(pattern, value));
            }
        );
    }

    private static string Tables()
    {
        var text = new StringBuilder();
        foreach (var section in Schema.GetProperty("properties").EnumerateObject())
        {
            text.Append(CultureInfo.InvariantCulture, $"\n### `{section.Name}`\n\n{Description(section.Value)}\n\n");
            text.Append("| key | type and range | default | meaning | takes effect |\n|---|---|---|---|---|\n");
            var effect = section.Name == "otlp" ? "at a start" : "by a reload";
            foreach (var (key, value) in Keys(section.Value, section.Name))
            {
                // The range stands in the cell of its own; an editor shows the description alone.
                var (kind, description) = (Kind(value), Description(value));
                var meaning = kind.Contains(", ", StringComparison.Ordinal)
                    ? description.Replace(kind[kind.IndexOf(", ", StringComparison.Ordinal)..], "", StringComparison.Ordinal)
                    : description;
                text.Append(CultureInfo.InvariantCulture, $"| `{key}` | {kind} | {Default(value)} | {Escaped(meaning)} | {effect} |\n");
            }
        }

        return text.Append('\n').ToString();
    }

    /// <summary>Every key below one; those that only hold others have no row.</summary>
    private static IEnumerable<(string Key, JsonElement Value)> Keys(JsonElement parent, string path)
    {
        if (parent.TryGetProperty("items", out var items) && items.TryGetProperty("properties", out _))
        {
            return Keys(items, $"{path}[]");
        }

        return parent.TryGetProperty("properties", out var properties)
            ? properties
                .EnumerateObject()
                .SelectMany(property =>
                    Keys(property.Value, $"{path}.{property.Name}").DefaultIfEmpty(($"{path}.{property.Name}", property.Value))
                )
            : [];
    }

    private static string Kind(JsonElement value)
    {
        if (value.TryGetProperty("allOf", out var all))
        {
            return Kinds[all[0].GetProperty("$ref").GetString()!.Split('/')[^1]].Kind;
        }

        var own = value.TryGetProperty("anyOf", out var any) ? any[0] : value;
        if (own.TryGetProperty("enum", out var words))
        {
            return string.Join(", ", words.EnumerateArray().Select(static word => $"`{word}`"));
        }

        return own.GetProperty("type") switch
        {
            { ValueKind: JsonValueKind.Array } => "list",
            var type when type.GetString() is "integer" or "number" =>
                $"number, {own.GetProperty("minimum")} to {own.GetProperty("maximum")}",
            _ when Patterns(own).Any(static pattern => IsMatch("600s", pattern) && !IsMatch("601s", pattern)) => "duration, 1s to 10m",
            _ => "text",
        };
    }

    private static bool IsMatch(string text, string pattern) => Regex.IsMatch(text, pattern, RegexOptions.None, TimeSpan.FromSeconds(10));

    private static string Default(JsonElement value) =>
        value.TryGetProperty("default", out var given) switch
        {
            false => "",
            true when given.ValueKind == JsonValueKind.String && given.GetString() is { Length: 0 } => "empty",
            true => $"`{(given.ValueKind == JsonValueKind.String ? given.GetString() : given.GetRawText())}`",
        };

    private static IEnumerable<string> Patterns(JsonElement value)
    {
        if (value.TryGetProperty("pattern", out var pattern))
        {
            return [pattern.GetString()!];
        }

        return value.TryGetProperty("anyOf", out var any) ? any.EnumerateArray().SelectMany(Patterns) : [];
    }

    private static string Description(JsonElement value) => value.GetProperty("description").GetString()!;

    private static string Escaped(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
