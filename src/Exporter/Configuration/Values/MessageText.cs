using Exporter.Configuration.Yaml;
using Exporter.SendGrid.Keys;
using Exporter.Telemetry;

namespace Exporter.Configuration.Values;

/// <summary>How a piece of the configuration is shown in a message: on one line, not long, and never an API key.</summary>
internal static class MessageText
{
    private const int MaxLength = 80;

    /// <summary>In quotes; not at all if it may hold a secret.</summary>
    public static string Sanitize(string text)
    {
        if (MayHoldSecret(text))
        {
            return ApiKey.Redacted;
        }

        var cut = text.Length > MaxLength ? text[..MaxLength] + "…" : text;
        return $"\"{string.Concat(cut.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString()))}\"";
    }

    /// <summary>A key: without quotes when it is a word.</summary>
    public static string QuoteKey(string key) =>
        key.Length is > 0 and <= MaxLength && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? key : Sanitize(key);

    /// <summary>What a node is, for a message that says what was found.</summary>
    public static string Node(YamlNode node) =>
        node switch
        {
            YamlScalar { IsNull: true } => "nothing",
            YamlScalar => "text",
            YamlList => "a list",
            _ => "a mapping",
        };

    /// <summary>Whether this is a whole SendGrid key, which in any place but its own would end up in metrics and pages.</summary>
    public static bool IsApiKey(string text) => KeyShape.IsIn(text);

    /// <summary>
    /// The beginning of a SendGrid key, a line with a key that a quote left open has swallowed, or a URL with a password.
    /// </summary>
    private static bool MayHoldSecret(string text) =>
        text.Contains("SG.", StringComparison.Ordinal)
        || text.Contains("api_key:", StringComparison.Ordinal)
        || (text.Contains("//", StringComparison.Ordinal) && text.Contains('@', StringComparison.Ordinal));
}
