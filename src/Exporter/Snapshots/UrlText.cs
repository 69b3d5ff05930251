using System.Collections.Immutable;

namespace Exporter.Snapshots;

/// <summary>What of a tracked URL is shown. URLs are text here: <c>https://shop.example/{{first_name}}</c> is not a URI, but legal in an email.</summary>
internal static class UrlText
{
    /// <summary>A shown URL is cut at this many UTF-16 code units, never inside a character.</summary>
    public const int MaxLength = 1024;

    /// <returns>The text to show, or <see langword="null"/> when nothing is to be shown.</returns>
    public static string? Show(string? url, UrlDisplay display)
    {
        if (string.IsNullOrEmpty(url) || display == UrlDisplay.None)
        {
            return null;
        }

        var (scheme, authority, tail) = Split(url);
        var shown = display switch
        {
            UrlDisplay.Host => authority,
            UrlDisplay.Path => scheme + authority + WithoutQuery(tail, hasAuthority: authority is not null),
            _ => scheme + authority + tail,
        };
        return string.IsNullOrEmpty(shown) ? null : Cut(shown);
    }

    /// <summary>URLs that are shown already, when less of them may be shown. Where more may be, they stay as they are until the next walk: the rest is not known.</summary>
    public static ImmutableArray<string> Narrow(ImmutableArray<string> urls, UrlDisplay shown, UrlDisplay allowed) => shown <= allowed
        ? urls
        : [.. urls.Select(url => Show(url, allowed)).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Splits <c>scheme://user:password@host/rest</c>, leaving user name and password out; without <c>://</c> all is rest.</summary>
    private static (string Scheme, string? Authority, string Tail) Split(string url)
    {
        var colon = IndexOutsidePlaceholders(url, 0, ":/?#");
        if (colon < 0 || !url.AsSpan(colon).StartsWith("://", StringComparison.Ordinal))
        {
            return ("", null, url);
        }

        var start = colon + 3;
        var end = IndexOutsidePlaceholders(url, start, "/?#\\");
        end = end < 0 ? url.Length : end;
        var authority = url[start..end];
        return (url[..start], authority[(authority.LastIndexOf('@') + 1)..], url[end..]);
    }

    /// <summary>Without query and fragment. A URL without a host (<c>mailto:someone@shop.example</c>) keeps only its scheme: the rest names people.</summary>
    private static string WithoutQuery(string tail, bool hasAuthority)
    {
        var end = IndexOutsidePlaceholders(tail, 0, "?#");
        var path = end < 0 ? tail : tail[..end];
        var colon = hasAuthority ? -1 : IndexOutsidePlaceholders(path, 0, ":/");
        return colon >= 0 && path[colon] == ':' ? path[..(colon + 1)] : path;
    }

    /// <summary>The first of some characters that does not stand inside <c>{{ … }}</c>.</summary>
    private static int IndexOutsidePlaceholders(string text, int start, string anyOf)
    {
        for (var i = start; i < text.Length; i++)
        {
            if (text.AsSpan(i).StartsWith("{{", StringComparison.Ordinal) && text.IndexOf("}}", i, StringComparison.Ordinal) is var close and >= 0)
            {
                i = close + 1;
            }
            else if (anyOf.Contains(text[i], StringComparison.Ordinal))
            {
                return i;
            }
        }

        return -1;
    }

    private static string Cut(string text)
    {
        if (text.Length <= MaxLength)
        {
            return text;
        }

        var length = char.IsHighSurrogate(text[MaxLength - 1]) ? MaxLength - 1 : MaxLength;
        return text[..length];
    }
}
