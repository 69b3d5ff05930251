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

    /// <summary>The longest key. A longer text is no key, and its search for mistakes would take long.</summary>
    public const int MostCharacters = 4 * 1024;

    /// <summary>The length of a key's ID, its middle part. SendGrid shows only the ID after the key's creation.</summary>
    private const int IdLength = 22;

    /// <summary>Straight quotes, and the forms that word processors turn them into.</summary>
    private static readonly SearchValues<char> Quotes = SearchValues.Create(
        "\"'`\u00B4\u2018\u2019\u201A\u201B\u201C\u201D\u201E\u201F\u2039\u203A\u00AB\u00BB\uFF02\uFF07"
    );

    /// <summary>What may stand in place of a key. The first row that applies counts, so for the later ones the text is not empty.</summary>
    private static readonly (string Name, Func<string, bool> IsIn)[] Mistakes =
    [
        ("nothing", static key => key.Length == 0),
        ("more than 4096 characters", static key => key.Length > MostCharacters),
        ("a placeholder that was not filled in", IsPlaceholder),
        ("a JSON document", static key => key[0] is '{' or '['),
        ("Bearer in front of it", static key => Bearer.IsMatch(key)),
        ("NAME=value instead of the value alone", static key => Assignment.IsMatch(key)),
        ("NAME: value instead of the value alone", static key => Member.IsMatch(key)),
        ("quotes", static key => key.AsSpan().ContainsAny(Quotes)),
        ("more than one line", static key => key.Any(static c => c is '\n' or '\r' or '\u0085' or '\u2028' or '\u2029')),
        ("white space in it", static key => key.Any(char.IsWhiteSpace)),
        ("a zero in it, as in a file in UTF-16", static key => key.Contains('\0', StringComparison.Ordinal)),
    ];

    /// <summary>Returns the key without what editors and shells put around it: white space, line ends, a byte order mark.</summary>
    public static string Trim(string text) => text.Trim().TrimStart('\uFEFF').Trim();

    /// <summary>Describes what was found in place of a key; <see langword="null"/> when the text may be one.</summary>
    public static string? Mistake(string text)
    {
        var key = Trim(text);
        if (Mistakes.FirstOrDefault(mistake => mistake.IsIn(key)).Name is { } name)
        {
            return name;
        }

        if (key.FirstOrDefault(IsInvisible) is var invisible and not '\0')
        {
            return $"an invisible character in it (U+{(int)invisible:X4})";
        }

        return key.Any(static c => c > '~') ? "a character in it that is not ASCII" : null;
    }

    /// <summary>Describes the doubt about a usable key; <see langword="null"/> when it looks like a SendGrid key.</summary>
    public static string? Doubt(string text)
    {
        var key = Trim(text);
        if (SendGridKey.IsMatch(key))
        {
            return null;
        }

        return key.Length == IdLength && key.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
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
