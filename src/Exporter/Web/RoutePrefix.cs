using System.Text;

namespace Exporter.Web;

/// <summary>The path under which everything lives (<c>--web.route-prefix</c>), as a request's path is compared with it: decoded.</summary>
internal sealed record RoutePrefix
{
    /// <summary>Everything lives at <c>/</c>.</summary>
    public static readonly RoutePrefix None = new("");

    public const string Expected = "expected a path such as /sendgrid";

    /// <summary>More than anybody writes, and far from the longest line of a request that is read.</summary>
    private const int MostCharacters = 1000;

    /// <summary>What a path may hold besides letters, digits and <c>%XX</c> (RFC 3986, pchar).</summary>
    private const string Marks = "-._~!$&'()*+,;=:@/";

    /// <summary>What no server hands on in a decoded path, or no route can be made of.</summary>
    private const string NeverDecoded = "/?{}%\\\uFFFD";

    private RoutePrefix(string path) => Path = path;

    /// <summary>Empty, or with a slash before it and none behind.</summary>
    public string Path { get; }

    /// <summary>A page under the prefix, decoded.</summary>
    /// <param name="page">The path without a prefix, such as <c>/metrics</c>.</param>
    public string PathOf(string page) => Path + page;

    /// <summary>The same as it stands in a URL.</summary>
    public string UrlOf(string page) => new PathString(PathOf(page)).ToUriComponent();

    public override string ToString() => Path.Length == 0 ? "/" : Path;

    /// <summary>Slashes around it make no difference, as with Prometheus.</summary>
    /// <param name="text">As it was written.</param>
    /// <param name="prefix">What it means.</param>
    /// <returns>What is wrong with it; <see langword="null"/> when it is good.</returns>
    public static string? Read(string text, out RoutePrefix prefix)
    {
        prefix = None;
        var trimmed = text.Trim('/');
        if (trimmed.Length > MostCharacters)
        {
            return $"it is longer than {MostCharacters} characters";
        }

        if (
            trimmed.Any(static character =>
                !char.IsAsciiLetterOrDigit(character) && character != '%' && !Marks.Contains(character, StringComparison.Ordinal)
            )
        )
        {
            return "it holds what a path cannot hold; other characters are written as %XX";
        }

        var segments = trimmed.Length == 0 ? [] : trimmed.Split('/');
        foreach (var segment in segments)
        {
            var decoded = Uri.UnescapeDataString(segment);
            if (segment.Length == 0 || decoded is "." or ".." || !IsReachable(segment, decoded))
            {
                return "no request's path begins with it";
            }
        }

        prefix = new(string.Concat(segments.Select(static segment => "/" + Uri.UnescapeDataString(segment))));
        return null;
    }

    /// <summary>What cannot be decoded stays as it is, here and in the server, in ways of their own: neither is relied on.</summary>
    private static bool IsReachable(string segment, string decoded) =>
        !decoded.Any(static character => char.IsControl(character) || NeverDecoded.Contains(character, StringComparison.Ordinal))
        && Encoding.UTF8.GetByteCount(decoded) == segment.Length - (2 * segment.Count(static character => character == '%'));
}
