using System.Buffers;
using System.Net;
using System.Text.RegularExpressions;

namespace Exporter.Snapshots;

/// <summary>
/// Template placeholders in tracked URLs: what they lead to is another page for everybody. They are looked for in the URL as it is tracked,
/// so that it does not depend on how much of it is shown.
/// </summary>
internal static partial class Placeholders
{
    /// <summary>How often a URL is decoded; who encodes it more often knows why.</summary>
    private const int MostEncodings = 6;

    /// <summary>What hides a character.</summary>
    private static readonly SearchValues<char> Encoders = SearchValues.Create("%&");

    /// <summary>
    /// How each known language of templates begins and ends a placeholder. Single brackets, bars and braces stand in addresses, too.
    /// </summary>
    private static readonly SearchValues<string> Marks = SearchValues.Create(
        ["{{", "}}", "{%", "%}", "<%", "%>", "[%", "%]", "*|", "|*", "${", "#{"],
        StringComparison.Ordinal
    );

    /// <summary>Characters by the names that HTML 5 has for them and <see cref="WebUtility"/> has not.</summary>
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

    /// <summary>Whether one is in a URL, in whatever encoding.</summary>
    public static bool ContainedIn(string url)
    {
        for (var decoded = 0; decoded < MostEncodings && url.AsSpan().ContainsAny(Encoders); decoded++)
        {
            // A percent sign that encodes nothing is a placeholder's own.
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

        return url.AsSpan().ContainsAny(Marks) || Braces().IsMatch(url);
    }

    /// <summary><c>{name}</c>. What stands in the braces of JSON has quotes around it.</summary>
    [GeneratedRegex(@"\{[\w .$#/!:-]+\}", RegexOptions.NonBacktracking)]
    private static partial Regex Braces();

    /// <summary><c>%name%</c> and <c>%%name%%</c>, but not <c>%20</c> and what else is an encoding.</summary>
    [GeneratedRegex(@"%(?![0-9A-Fa-f]{2})[A-Za-z_%][\w .-]*%", RegexOptions.None, 1000)]
    private static partial Regex Percents();
}
