using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Exporter.SendGrid.Keys;

/// <summary>
/// Checks a text that is given as an API key, the same way wherever it stands: in a file, in YAML or in the environment. Its messages
/// repeat no part of the text.
/// </summary>
internal static partial class KeyText
{
    /// <summary>The expectation in messages.</summary>
    public const string Expected = "an API key (printable ASCII without spaces and quotes)";

    /// <summary>The length of a key's ID, its middle part. SendGrid shows only the ID after the key's creation.</summary>
    private const int IdLength = 22;

    /// <summary>Straight quotes, and the forms that word processors turn them into.</summary>
    private static readonly SearchValues<char> Quotes = SearchValues.Create(
        "\"'`\u00B4\u2018\u2019\u201A\u201B\u201C\u201D\u201E\u201F\u2039\u203A\u00AB\u00BB\uFF02\uFF07"
    );

    /// <summary>Returns the key without what editors and shells put around it: white space, line ends, a byte order mark.</summary>
    public static string Trim(string text) => text.Trim().TrimStart('\uFEFF').Trim();

    /// <summary>Describes what was found in place of a key; <see langword="null"/> when the text may be one.</summary>
    public static string? Mistake(string text)
    {
        var key = Trim(text);
        return key.Length == 0 ? "nothing"
            : IsPlaceholder(key) ? "a placeholder that was not filled in"
            : key[0] is '{' or '[' ? "a JSON document"
            : Bearer.IsMatch(key) ? "Bearer in front of it"
            : Assignment.IsMatch(key) ? "NAME=value instead of the value alone"
            : Member.IsMatch(key) ? "NAME: value instead of the value alone"
            : key.AsSpan().ContainsAny(Quotes) ? "quotes"
            : key.Any(static c => c is '\n' or '\r' or '\u0085' or '\u2028' or '\u2029') ? "more than one line"
            : key.Any(char.IsWhiteSpace) ? "white space in it"
            : key.Contains('\0', StringComparison.Ordinal) ? "a zero in it, as in a file in UTF-16"
            : key.FirstOrDefault(IsInvisible) is var invisible and not '\0' ? $"an invisible character in it (U+{(int)invisible:X4})"
            : key.Any(static c => c > '~') ? "a character in it that is not ASCII"
            : null;
    }

    /// <summary>Describes the doubt about a usable key; <see langword="null"/> when it looks like a SendGrid key.</summary>
    public static string? Doubt(string text)
    {
        var key = Trim(text);
        return SendGridKey.IsMatch(key) ? null
            : key.Length == IdLength && key.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
                ? "this looks like the ID of an API key, not the key itself; SendGrid shows a key only once, when it is created"
            : "this does not look like a SendGrid API key: the letters SG, an ID and a secret, separated by dots";
    }

    /// <summary>
    /// Whether the text contains a placeholder: <c>${NAME}</c>, <c>$NAME</c>, <c>%NAME%</c>, <c>&lt;your key&gt;</c>,
    /// <c>{{ .Values.key }}</c>.
    /// </summary>
    private static bool IsPlaceholder(string key) =>
        key[0] is '$' or '%'
        || key.Contains("${", StringComparison.Ordinal)
        || key.Contains("{{", StringComparison.Ordinal)
        || key.AsSpan().ContainsAny('<', '>');

    private static bool IsInvisible(char c) => char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format;

    [GeneratedRegex(@"^SG\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SendGridKey { get; }

    [GeneratedRegex(
        @"^(authorization\s*[:=]\s*)?['""]?bearer[^a-z0-9_.-]",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Bearer { get; }

    /// <summary>Does not match base64 padding: a proxy's own key may end in it.</summary>
    [GeneratedRegex(
        @"^((export|set)\s+)?[A-Za-z_][A-Za-z0-9_.-]*\s*=\s*[^=\s]",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Assignment { get; }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_-]*\s*:(\s|['""]|SG\.)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Member { get; }
}
