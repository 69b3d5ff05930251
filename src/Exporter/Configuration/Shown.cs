using System.Text.RegularExpressions;
using Exporter.SendGrid;

namespace Exporter.Configuration;

/// <summary>How a piece of the configuration is shown in a message: on one line, not long, and never an API key.</summary>
internal static partial class Shown
{
    private const int MaxLength = 80;

    /// <summary>In quotes. What holds the beginning of a SendGrid key or a password in a URL is not shown at all, wherever it stands.</summary>
    public static string Text(string text)
    {
        if (text.Contains("SG.", StringComparison.Ordinal) || UserInfo.IsMatch(text))
        {
            return ApiKey.Redacted;
        }

        var cut = text.Length > MaxLength ? text[..MaxLength] + "…" : text;
        return $"\"{string.Concat(cut.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString()))}\"";
    }

    /// <summary>What a node is, for a message that says what was found.</summary>
    public static string Node(YamlNode node) => node switch
    {
        YamlScalar { IsNull: true } => "nothing",
        YamlScalar => "text",
        YamlList => "a list",
        _ => "a mapping",
    };

    /// <summary>Whether this is a whole SendGrid key, which in any place but its own would end up in metrics and pages.</summary>
    public static bool IsApiKey(string text) => SendGridKey.IsMatch(text);

    [GeneratedRegex(@"SG\.[\w-]{16,}\.[\w-]{16,}", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SendGridKey { get; }

    [GeneratedRegex("//[^/]*@", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UserInfo { get; }
}
