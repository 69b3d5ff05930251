using System.Buffers;
using System.Net;
using System.Text.RegularExpressions;

namespace Exporter.Snapshots;

/// <summary>
/// Finds template placeholders in tracked URLs. A URL with one leads each recipient to another page. The search uses the URL as tracked, so
/// that the result does not depend on how much of the URL is shown.
/// </summary>
internal static partial class Placeholders
{
    /// <summary>The most times that a URL is decoded. Deeper levels of encoding stay as they are.</summary>
    private const int MostEncodings = 6;

    /// <summary>The characters that can encode another one.</summary>
    private static readonly SearchValues<char> Encoders = SearchValues.Create("%&");

    /// <summary>
    /// The marks that begin and end a placeholder in each known template language. Single brackets, bars and braces also occur in ordinary
    /// URLs.
    /// </summary>
    private static readonly SearchValues<string> Marks = SearchValues.Create(
        ["{{", "}}", "{%", "%}", "<%", "%>", "[%", "%]", "*|", "|*", "${", "#{"],
        StringComparison.Ordinal
    );

    /// <summary>Characters by their HTML 5 names that <see cref="WebUtility"/> does not know.</summary>
    private static readonly (string Written, string Meant)[] Names =
    [
        ("&lbrace;", "{"),
        ("&lcub;", "{"),
        ("&rbrace;", "}"),
        ("&rcub;", "}"),
        ("&lbrack;", "["),
        ("&lsqb;", "["),
        ("&rbrack;", "]"),
        ("&rsqb;", "]"),
        ("&percnt;", "%"),
        ("&ast;", "*"),
        ("&midast;", "*"),
        ("&verbar;", "|"),
        ("&vert;", "|"),
        ("&VerticalLine;", "|"),
        ("&dollar;", "$"),
        ("&num;", "#"),
    ];

    /// <summary>Whether a URL contains a placeholder, in any encoding.</summary>
    public static bool ContainedIn(string url)
    {
        for (var decoded = 0; decoded < MostEncodings && url.AsSpan().ContainsAny(Encoders); decoded++)
        {
            // A percent sign that encodes nothing belongs to a placeholder.
            if (Percents().IsMatch(url))
            {
                return true;
            }

            var next = Uri.UnescapeDataString(
                Names.Aggregate(
                    WebUtility.HtmlDecode(url),
                    static (text, name) => text.Replace(name.Written, name.Meant, StringComparison.Ordinal)
                )
            );
            if (next == url)
            {
                break;
            }

            url = next;
        }

        return url.AsSpan().ContainsAny(Marks) || (url.Contains('{', StringComparison.Ordinal) && Braces().IsMatch(url));
    }

    /// <summary>Matches <c>{name}</c>. The braces of JSON do not match, because quotes follow them.</summary>
    [GeneratedRegex(@"\{[\w .$#/!:-]+\}", RegexOptions.NonBacktracking)]
    private static partial Regex Braces();

    /// <summary>Matches <c>%name%</c> and <c>%%name%%</c>, but not <c>%20</c> and other encodings.</summary>
    [GeneratedRegex(@"%(?![0-9A-Fa-f]{2})[A-Za-z_%][\w .-]*%", RegexOptions.None, 1000)]
    private static partial Regex Percents();
}
