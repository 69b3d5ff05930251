using System.Buffers;
using System.Net;

namespace Exporter.Snapshots;

/// <summary>
/// Template placeholders in tracked URLs: what they lead to is another page for everybody. They are looked for in the URL as it is tracked, so that
/// it does not depend on how much of it is shown.
/// </summary>
internal static class Placeholders
{
    /// <summary>How often a URL is decoded; who encodes it more often knows why.</summary>
    private const int MostEncodings = 6;

    /// <summary>
    /// What no address holds, but template placeholders do: <c>{{name}}</c>, <c>&lt;%name%&gt;</c>, <c>[%name%]</c>, <c>*|NAME|*</c>. Brackets
    /// around an IPv6 address are given up for that.
    /// </summary>
    private static readonly SearchValues<char> NotInAddresses = SearchValues.Create("{}<>[]|\\^`\" \t\r\n");

    /// <summary>What hides a character.</summary>
    private static readonly SearchValues<char> Encoders = SearchValues.Create("%&");

    /// <summary>What tells one when it was encoded: an address may hold single brackets and bars then.</summary>
    private static readonly SearchValues<string> Marks = SearchValues.Create(["{", "<%", "%>", "[%", "%]", "*|", "|*"], StringComparison.Ordinal);

    /// <summary>Whether one is in a URL, in whatever encoding, or what no address holds.</summary>
    public static bool In(string url)
    {
        if (url.AsSpan().ContainsAny(NotInAddresses))
        {
            return true;
        }

        for (var decoded = 0; decoded < MostEncodings && url.AsSpan().ContainsAny(Encoders); decoded++)
        {
            var next = Uri.UnescapeDataString(WebUtility.HtmlDecode(url));
            if (next == url)
            {
                return false;
            }

            if (next.AsSpan().ContainsAny(Marks))
            {
                return true;
            }

            url = next;
        }

        return false;
    }
}
