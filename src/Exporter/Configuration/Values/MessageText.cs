using Exporter.Configuration.Yaml;
using Exporter.SendGrid.Keys;
using Exporter.Telemetry;

namespace Exporter.Configuration.Values;

/// <summary>Prepares a piece of the configuration for a message: on one line, not long, and never an API key.</summary>
internal static class MessageText
{
    private const int MaxLength = 80;

    /// <summary>Returns the text in quotes; hides it if it may hold a secret.</summary>
    public static string Sanitize(string text) => SecretKeys.MayBeIn(text) ? ApiKey.Redacted : Quote(text);

    /// <summary>Returns a text in quotes that is known to be no secret, unless it is a whole SendGrid key.</summary>
    public static string Quote(string text)
    {
        if (IsApiKey(text))
        {
            return ApiKey.Redacted;
        }

        // A query may hold a token.
        var query = text.IndexOf('?', StringComparison.Ordinal);
        text = query < 0 ? text : text[..(query + 1)] + "…";
        var cut = text.Length > MaxLength ? text[..MaxLength] + "…" : text;
        return $"\"{string.Concat(cut.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString()))}\"";
    }

    /// <summary>
    /// Returns a key, without quotes when it is a plain word. It is shown whole or not at all, because a part of a secret is not recognised
    /// afterwards.
    /// </summary>
    public static string QuoteKey(string key)
    {
        if (IsPlainKey(key))
        {
            return key;
        }

        return key.Length > MaxLength || key.Any(char.IsControl) || SecretKeys.IsHolderIn(key) ? ApiKey.Redacted : Sanitize(key);
    }

    /// <summary>Whether a key is a word of letters and digits, and not long.</summary>
    public static bool IsPlainKey(string key) =>
        key.Length is > 0 and <= MaxLength && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    /// <summary>Returns a description of a node, for a message about what was found.</summary>
    public static string Node(YamlNode node) =>
        node switch
        {
            YamlScalar { IsNull: true } => "nothing",
            YamlScalar => "text",
            YamlList => "a list",
            _ => "a mapping",
        };

    /// <summary>Whether this is a whole SendGrid key; in a wrong place it would end up in metrics and pages.</summary>
    public static bool IsApiKey(string text) => KeyShape.IsIn(text);
}
