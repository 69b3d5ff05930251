using System.Text.RegularExpressions;

namespace Exporter.Telemetry;

/// <summary>Recognises a SendGrid API key anywhere in a text: also in a path, a host or a flag's value, where no one expects it.</summary>
internal static partial class KeyShape
{
    /// <summary>Replaces a secret in every text. (<c>UrlText.Hidden</c> is the same word in a room that names no other.)</summary>
    public const string Redacted = "<secret>";

    /// <summary>The length of SendGrid's keys.</summary>
    public const int ExactLength = 69;

    public static bool IsIn(string text) => Key.IsMatch(text);

    /// <summary>Returns the text with every key replaced.</summary>
    public static string Hide(string text) => Key.Replace(text, Redacted);

    /// <summary>
    /// Returns the text with every key replaced that has the exact lengths of SendGrid's keys. For texts whose authors know nothing of
    /// keys: <c>sg.two-long-words.in-a-host-name</c> stays.
    /// </summary>
    public static string HideExact(string text) => ExactKey.Replace(text, Redacted);

    /// <summary>Case is ignored because hosts are shown in lower case.</summary>
    [GeneratedRegex(
        @"SG\.[\w-]{16,}\.[\w-]{16,}",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Key { get; }

    [GeneratedRegex(
        @"(?<![\w-])SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex ExactKey { get; }
}
