using System.Buffers;
using System.Collections.Immutable;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Exporter.Snapshots;

/// <summary>
/// Decides how much of a tracked URL is shown. URLs are text here: <c>https://shop.example/{{first_name}}</c> is not a URI, but legal in an
/// email. The parser is as generous as the laxest mail client, so that no spelling lets a user name or a password through. Where it cannot
/// be sure, it shows <see cref="Hidden"/>.
/// </summary>
internal static partial class UrlText
{
    /// <summary>The number of URLs that are shown for one place.</summary>
    public const int MaxPerPlace = 10;

    /// <summary>Replaces what may be a secret. It cannot be part of an address, so no reader takes the rest for one.</summary>
    public const string Hidden = "<secret>";

    /// <summary>The levels of encoding that redirectors within redirectors use, and some more.</summary>
    private const int MostEncodings = 6;

    /// <summary>The longest text that is searched for URLs inside it.</summary>
    private const int MaxSearched = 4096;

    private const string Slashes = "/\\";
    private const string QueryBegins = "?#";
    private const string PathBegins = Slashes + QueryBegins;

    /// <summary>The characters that end a part of a path or of a query.</summary>
    private static readonly SearchValues<char> Ends = SearchValues.Create(PathBegins + "&=;");

    /// <summary>Schemes whose links lead to a host, however many slashes follow.</summary>
    private static readonly string[] OfHosts = ["http", "https", "ftp", "ws", "wss"];

    /// <summary>Schemes where the part before <c>@</c> is a person's address.</summary>
    private static readonly string[] OfAddresses =
    [
        "mailto",
        "sms",
        "smsto",
        "tel",
        "callto",
        "sip",
        "sips",
        "xmpp",
        "im",
        "skype",
        "facetime",
        "facetime-audio",
        "whatsapp",
        "cid",
        "mid",
        "news",
        "acct",
    ];

    /// <summary>Characters in their HTML spelling, which a mail client decodes before it follows a link.</summary>
    private static readonly (string Written, string Meant)[] Entities =
    [
        ("&commat;", "@"),
        ("&colon;", ":"),
        ("&sol;", "/"),
        ("&bsol;", "\\"),
        ("&quest;", "?"),
        ("&num;", "#"),
        ("\uFF20", "@"),
        ("\uFE6B", "@"),
    ];

    /// <summary>The spellings of <c>@</c>.</summary>
    private static readonly string[] AtSigns = ["@", "%40", "%2540"];

    /// <summary>The separators of user name and password, and of the parts of a URL within another one.</summary>
    private static readonly string[] Separators = [":", "%3A", "%2F", "%5C"];

    /// <returns>The text to show; <see langword="null"/> for nothing.</returns>
    public static string? Show(string? url, UrlDisplay display)
    {
        if (string.IsNullOrEmpty(url) || display == UrlDisplay.None)
        {
            return null;
        }

        return PlainUrl.Show(url, display) ?? ShowCarefully(url, display);
    }

    /// <summary>As <see cref="Show"/>, for URLs in any spelling.</summary>
    public static string? ShowCarefully(string url, UrlDisplay display)
    {
        var parts = Split(Unescaped(url));
        var shown = display switch
        {
            UrlDisplay.Host => parts.Host,
            UrlDisplay.Path => parts.Show(WithoutUsers(parts.Path)),
            _ => parts.Show(WithoutUsers(parts.Path + parts.Query)),
        };
        return string.IsNullOrEmpty(shown) ? null : LabelValue.Sanitize(shown);
    }

    /// <summary>
    /// Returns the URLs of one place as they are shown, in ordinal order: those with most clicks, and the first of equal ones.
    /// </summary>
    public static ImmutableArray<string> OfPlace(ObservedLink[] rows, UrlDisplay display)
    {
        if (rows is [var only])
        {
            return Show(only.Url, display) is { } url ? [url] : [];
        }

        return
        [
            .. rows.Select(row => (Url: Show(row.Url, display), row.Clicks))
                .Where(row => row.Url is not null)
                .GroupBy(row => row.Url!, row => row.Clicks, StringComparer.Ordinal)
                .Select(same => (Url: same.Key, Clicks: same.Aggregate(Counts.SaturatingAdd)))
                .OrderByDescending(url => url.Clicks)
                .ThenBy(url => url.Url, StringComparer.Ordinal)
                .Take(MaxPerPlace)
                .Select(url => url.Url)
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Returns the URLs of one place that are shown already and whose clicks are not known.</summary>
    public static ImmutableArray<string> OfPlace(IEnumerable<string> shown) =>
        [.. shown.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(MaxPerPlace)];

    /// <summary>
    /// Shortens the shown URLs of one place when less may be shown now, or when an older version showed them. Where more may be shown, they
    /// stay until the next walk, because the rest is not known.
    /// </summary>
    public static ImmutableArray<string> Narrow(ImmutableArray<string> urls, UrlDisplay shown, UrlDisplay allowed) =>
        OfPlace(urls.Select(url => Show(shown == UrlDisplay.Host ? "//" + url : url, shown < allowed ? shown : allowed)).OfType<string>());

    /// <summary>An entity that was encoded again and again counts too: &amp;amp;#64; and &amp;amp;commat; are @.</summary>
    private static string Unescaped(string url) =>
        UnescapedOnce(
            url.Contains("&amp;", StringComparison.Ordinal) ? Ampersands.Replace(EncodedEntities.Replace(url, "&"), "&amp;") : url
        );

    /// <summary>Matches what encodes the ampersand of an entity. A run is read once, however long it is.</summary>
    [GeneratedRegex("&(?>(?:amp;)+)(?=#|commat;|colon;|sol;|bsol;|quest;|num;)", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex EncodedEntities { get; }

    /// <summary>Matches an ampersand that was encoded more than once.</summary>
    [GeneratedRegex("&(?>(?:amp;){2,})", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Ampersands { get; }

    private static string UnescapedOnce(string url) =>
        url.All(static c => c is not ('&' or '\uFF20' or '\uFE6B'))
            ? url
            : Entities.Aggregate(
                url.Contains("&#", StringComparison.Ordinal) ? WebUtility.HtmlDecode(url) : url,
                static (text, entity) => text.Replace(entity.Written, entity.Meant, StringComparison.Ordinal)
            );

    private static Parts Split(string url)
    {
        var colon = IndexOf(url, ":" + PathBegins);
        var hasScheme = colon < url.Length && url[colon] == ':' && !HasAt(url[..colon]);
        var scheme = hasScheme ? string.Concat(url[..colon].Where(static c => c > ' ')) : "";
        var (start, slashes) = AfterSlashes(url, hasScheme ? colon + 1 : 0);
        if (slashes > 1 || OfHosts.Contains(scheme, StringComparer.OrdinalIgnoreCase))
        {
            return OfHost(url[..start], url[start..]);
        }

        if (HasAt(url) && !OfAddresses.Contains(scheme, StringComparer.OrdinalIgnoreCase))
        {
            // A user name before a colon looks like a scheme.
            start = hasScheme ? AfterSlashes(url, 0).Start : start;
            return OfHost(url[..start], url[start..]);
        }

        // After a scheme without a host (mailto:someone@shop.example) the rest names people.
        var query = hasScheme ? colon + 1 : IndexOf(url, QueryBegins);
        return hasScheme ? new Parts(url[..query], Host: null, "", url[query..]) : new Parts("", Host: null, url[..query], url[query..]);
    }

    /// <param name="scheme">The text before the host.</param>
    /// <param name="rest"><c>user:password@host/path?query</c>.</param>
    private static Parts OfHost(string scheme, string rest)
    {
        var end = IndexOf(rest, PathBegins);
        var query = end + IndexOf(rest[end..], QueryBegins);
        var host = rest[LastAt(rest[..end]).End..end];
        if (IsHost(host))
        {
            // A name without a dot and with an @ after it is more likely a user name with a slash in it, or a scheme.
            return IsPublic(host) || !HasAt(rest[end..]) ? new Parts(scheme, host, rest[end..query], rest[query..]) : Secret(scheme);
        }

        // Text that is not a host is a user name and password that a slash or a question mark in them cut off.
        var user = LastAt(rest[..query]).End;
        return user == 0 || HasAt(rest[query..]) ? Secret(scheme) : OfHost(scheme, rest[user..]);
    }

    private static Parts Secret(string scheme) => new(scheme, Host: null, Hidden, "");

    /// <summary>Whether the text is a name, an address in brackets or a placeholder, with or without a port.</summary>
    private static bool IsHost(string text)
    {
        text = text.Replace("%3A", ":", StringComparison.OrdinalIgnoreCase);
        var name = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) + 1 : 0;
        var port = text[Math.Min(text.Length, name + IndexOf(text[name..], ":") + 1)..];
        return port.All(static c => char.IsAsciiDigit(c) || c <= ' ') || PlaceholderAt(port, 0) == port.Length;
    }

    private static bool IsPublic(string host) =>
        (host.AsSpan().ContainsAny('.', '[', '{') && !host.EndsWith(':'))
        || host.StartsWith("localhost", StringComparison.OrdinalIgnoreCase);

    /// <summary>Removes the users of URLs inside this one: <c>/to/https://user:password@shop.example</c>.</summary>
    private static string WithoutUsers(string text)
    {
        if (!HasAt(text))
        {
            return text;
        }

        if (text.Length > MaxSearched)
        {
            return Hidden;
        }

        for (var i = 1; i < text.Length; i++)
        {
            if (
                Slashes.Contains(text[i], StringComparison.Ordinal)
                && (text[i - 1] == ':' || Slashes.Contains(text[i - 1], StringComparison.Ordinal))
            )
            {
                var (start, _) = AfterSlashes(text, i);
                var inner = OfHost(WithoutNames(text[..start]), text[start..]);
                var user = inner.Host is { } host && !text.AsSpan(start).StartsWith(host, StringComparison.Ordinal) ? Hidden + "@" : "";
                return inner.Scheme + user + inner.Host + WithoutUsers(inner.Path + inner.Query);
            }
        }

        return WithoutNames(text);
    }

    /// <summary>Removes the user names where no slashes mark their beginning: <c>?to=user:password@shop.example</c>.</summary>
    private static string WithoutNames(string text)
    {
        var shown = new StringBuilder(text.Length);
        for (var start = 0; start < text.Length; )
        {
            var length = text.AsSpan(start).IndexOfAny(Ends);
            length = length < 0 ? text.Length - start : length;
            var piece = text.Substring(start, length);
            var at = LastAt(piece).Start;
            shown.Append(
                Array.Exists(Separators, separator => piece.AsSpan(0, at).Contains(separator, StringComparison.OrdinalIgnoreCase))
                    ? Hidden + piece[at..]
                    : piece
            );
            shown.Append(text.AsSpan(start + length, Math.Min(1, text.Length - start - length)));
            start += length + 1;
        }

        return shown.ToString();
    }

    /// <summary>
    /// Whether a colon stands before an <c>@</c>, however often both are encoded: <c>user:password@</c>, whatever the password contains, or
    /// <c>https://user@</c> within another URL.
    /// </summary>
    private static bool TellsUser(string text)
    {
        for (var decoded = 0; decoded <= MostEncodings; decoded++)
        {
            var rest = AtSigns.Aggregate(text, static (all, sign) => all.Replace(Hidden + sign, "", StringComparison.Ordinal));
            if (rest.LastIndexOf('@') is var at and > 0 && rest.AsSpan(0, at).Contains(':'))
            {
                return true;
            }

            var next = Uri.UnescapeDataString(WebUtility.HtmlDecode(text));
            if (next == text)
            {
                return false;
            }

            text = next;
        }

        // It is encoded more deeply than any client decodes, so its meaning is unknown.
        return true;
    }

    private static bool HasAt(string text) => Array.Exists(AtSigns, sign => text.Contains(sign, StringComparison.Ordinal));

    /// <summary>Returns the last <c>@</c> in any spelling; zeros when there is none.</summary>
    private static (int Start, int End) LastAt(string text) =>
        AtSigns
            .Select(sign => (Start: text.LastIndexOf(sign, StringComparison.Ordinal), sign.Length))
            .Where(static at => at.Start >= 0)
            .Select(static at => (at.Start, End: at.Start + at.Length))
            .DefaultIfEmpty()
            .MaxBy(static at => at.End);

    /// <summary>
    /// Returns the position after slashes of either kind. Characters that a mail client drops (tabs, line breaks, leading blanks) may stand
    /// between them.
    /// </summary>
    private static (int Start, int Slashes) AfterSlashes(string text, int start)
    {
        var slashes = 0;
        while (start < text.Length && (text[start] <= ' ' || Slashes.Contains(text[start], StringComparison.Ordinal)))
        {
            slashes += text[start++] <= ' ' ? 0 : 1;
        }

        return (start, slashes);
    }

    /// <summary>Returns the index of the first of some characters outside a placeholder; the length when there is none.</summary>
    private static int IndexOf(string text, string anyOf)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (PlaceholderAt(text, i) is var end and > 0)
            {
                i = end - 1;
            }
            else if (anyOf.Contains(text[i], StringComparison.Ordinal))
            {
                return i;
            }
        }

        return text.Length;
    }

    /// <summary>
    /// Returns the end of the placeholder that begins here, <c>{{name}}</c> or <c>{{#if name}}</c>; 0 when none does. Text with a brace or
    /// the beginning of a query in it is not a placeholder: a query always ends a path.
    /// </summary>
    private static int PlaceholderAt(string text, int start)
    {
        if (!text.AsSpan(start).StartsWith("{{", StringComparison.Ordinal))
        {
            return 0;
        }

        var isBlock = text.AsSpan(start + 2).StartsWith('#');
        var name = start + (isBlock ? 3 : 2);
        var length = text.AsSpan(name).IndexOfAny(isBlock ? "{}?#=&" : "{}?#");
        return length >= 0 && text.AsSpan(name + length).StartsWith("}}", StringComparison.Ordinal) ? name + length + 2 : 0;
    }

    /// <summary>A URL without user name and password.</summary>
    /// <param name="Scheme">The text before the host, slashes included.</param>
    /// <param name="Host">Host and port; <see langword="null"/> without a host.</param>
    /// <param name="Path">The text from the host to the query.</param>
    /// <param name="Query">Query and fragment, or the rest of a URL whose scheme has no host.</param>
    private readonly record struct Parts(string Scheme, string? Host, string Path, string Query)
    {
        /// <summary>Returns the URL with another tail. Hides the whole tail when it may still contain a user name and a password.</summary>
        public string Show(string tail)
        {
            if (OfAddresses.Contains(Scheme.TrimEnd(':'), StringComparer.OrdinalIgnoreCase))
            {
                return Scheme + tail;
            }

            if (Host is null)
            {
                return TellsUser(Scheme + tail) ? Hidden : Scheme + tail;
            }

            return Scheme + Host + (TellsUser(tail) ? Hidden : tail);
        }
    }
}
