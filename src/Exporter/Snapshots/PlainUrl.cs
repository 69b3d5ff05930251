using System.Buffers;

namespace Exporter.Snapshots;

/// <summary>
/// Shows the URLs that nearly all are: <c>https://shop.example/offer?id=7</c>, in which nothing can be a user name, an encoded character or
/// a placeholder. They are shown as <see cref="UrlText.ShowCarefully"/> shows them, at a tenth of the cost: each poll reads all of them
/// again.
/// </summary>
internal static class PlainUrl
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";

    private static readonly SearchValues<char> OfHost = SearchValues.Create(Letters);

    private static readonly SearchValues<char> OfPath = SearchValues.Create(Letters + "/_~+,!$*");

    private static readonly SearchValues<char> OfQuery = SearchValues.Create(Letters + "/_~+,!$*?#=");

    /// <returns>The text to show; <see langword="null"/> for a URL that needs a closer look.</returns>
    public static string? Show(string url, UrlDisplay display)
    {
        var start =
            url.StartsWith("https://", StringComparison.Ordinal) ? 8
            : url.StartsWith("http://", StringComparison.Ordinal) ? 7
            : url.Length;
        var path = start + Length(url, start, OfHost);
        var host = url.AsSpan(start, path - start);
        var query = path + Length(url, path, OfPath);
        var isPlain =
            url.Length <= LabelValue.MaxBytes
            && host.Contains('.')
            && (path == url.Length || url[path] is '/' or '?' or '#')
            && (query == url.Length || url[query] is '?' or '#');
        return (isPlain, display) switch
        {
            (true, UrlDisplay.Host) => host.ToString(),
            (true, UrlDisplay.Path) => query == url.Length ? url : url[..query],
            (true, UrlDisplay.Full) when query + Length(url, query, OfQuery) == url.Length => url,
            _ => null,
        };
    }

    /// <summary>Returns how many of these characters stand from a place on.</summary>
    private static int Length(string url, int start, SearchValues<char> characters) =>
        url.AsSpan(start).IndexOfAnyExcept(characters) is var other and >= 0 ? other : url.Length - start;
}
