using System.Text;

namespace Exporter.Web;

/// <summary>
/// The path under which all pages stand (<c>--web.route-prefix</c>), decoded, so that it can be compared with a request's path.
/// </summary>
internal sealed record RoutePrefix
{
    /// <summary>All pages stand at <c>/</c>.</summary>
    public static readonly RoutePrefix None = new("");

    public const string Expected = "expected a path such as /sendgrid";

    /// <summary>Longer than any real path, and much shorter than the longest request line that the server reads.</summary>
    private const int MostCharacters = 1000;

    /// <summary>The characters that a path may hold besides letters, digits and <c>%XX</c> (RFC 3986, pchar).</summary>
    private const string Marks = "-._~!$&'()*+,;=:@/";

    /// <summary>Characters that no server passes on in a decoded path, or that no route can hold.</summary>
    private const string NeverDecoded = "/?{}%\\\uFFFD";

    private RoutePrefix(string path) => Path = path;

    /// <summary>Empty, or a path that begins with a slash and does not end with one.</summary>
    public string Path { get; }

    /// <summary>Returns the decoded path of a page under the prefix.</summary>
    /// <param name="page">The path without a prefix, such as <c>/metrics</c>.</param>
    public string PathOf(string page) => Path + page;

    /// <summary>Returns the same path as it stands in a URL.</summary>
    public string UrlOf(string page) => new PathString(PathOf(page)).ToUriComponent();

    public override string ToString() => Path.Length == 0 ? "/" : Path;

    /// <summary>Parses a prefix. As in Prometheus, slashes around it make no difference.</summary>
    /// <returns>An error text; <see langword="null"/> when the prefix is good.</returns>
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
            return "it holds a character that a path cannot hold; write it as %XX";
        }

        var segments = trimmed.Length == 0 ? [] : trimmed.Split('/');
        foreach (var segment in segments)
        {
            var decoded = Uri.UnescapeDataString(segment);
            if (segment.Length == 0 || decoded is "." or ".." || !IsReachable(segment, decoded))
            {
                return "no request can have a path that begins with it";
            }
        }

        prefix = new(string.Concat(segments.Select(static segment => "/" + Uri.UnescapeDataString(segment))));
        return null;
    }

    /// <summary>
    /// Whether requests can reach a segment. Here and in the server an undecodable escape stays as it is, but in different ways, so neither
    /// is relied on.
    /// </summary>
    private static bool IsReachable(string segment, string decoded) =>
        !decoded.Any(static character => char.IsControl(character) || NeverDecoded.Contains(character, StringComparison.Ordinal))
        && Encoding.UTF8.GetByteCount(decoded) == segment.Length - (2 * segment.Count(static character => character == '%'));
}
