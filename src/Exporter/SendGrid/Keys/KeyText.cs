using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Exporter.SendGrid.Keys;

/// <summary>
/// Looks at a text that is given as an API key, the same way wherever it stands: in a file, in YAML or in the environment. What is said of
/// it repeats no part of it.
/// </summary>
internal static partial class KeyText
{
    /// <summary>What a message says was expected.</summary>
    public const string Expected = "an API key (printable ASCII without spaces and quotes)";

    /// <summary>Length of the ID of a key, its middle part, which is all that SendGrid shows of a key later.</summary>
    private const int IdLength = 22;

    /// <summary>Straight ones, and those that word processors make of them.</summary>
    private static readonly SearchValues<char> Quotes = SearchValues.Create(
        "\"'`\u00B4\u2018\u2019\u201A\u201B\u201C\u201D\u201E\u201F\u2039\u203A\u00AB\u00BB\uFF02\uFF07"
    );

    /// <summary>The key without what editors and shells put around it: white space, line ends, a byte order mark.</summary>
    public static string Trim(string text) => text.Trim().TrimStart('\uFEFF').Trim();

    /// <summary>What was found in place of a key; <see langword="null"/> when it may be one.</summary>
    public static string? Mistake(string text)
    {
        var key = Trim(text);
        return key.Length == 0 ? "nothing"
            : IsPlaceholder(key) ? "a placeholder that nobody filled in"
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

    /// <summary>What is doubtful about a key that can be sent; <see langword="null"/> when it looks like one of SendGrid's.</summary>
    public static string? Doubt(string text)
    {
        var key = Trim(text);
        return SendGridKey.IsMatch(key) ? null
            : key.Length == IdLength && key.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
                ? "this looks like the ID of an API key, not like the key itself, which SendGrid shows only once, when it is made"
            : "this does not look like an API key of SendGrid: the letters SG, an ID and a secret, with dots between them";
    }

    /// <summary>
    /// <c>${NAME}</c>, <c>$NAME</c>, <c>%NAME%</c>, <c>&lt;your key&gt;</c>, <c>{{ .Values.key }}</c>, also as a part of something.
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

    /// <summary>Not the padding of a text in base64, which a proxy's own key may be.</summary>
    [GeneratedRegex(
        @"^((export|set)\s+)?[A-Za-z_][A-Za-z0-9_.-]*\s*=\s*[^=\s]",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Assignment { get; }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_-]*\s*:(\s|['""]|SG\.)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Member { get; }
}
