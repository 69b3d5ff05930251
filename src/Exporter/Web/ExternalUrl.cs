namespace Exporter.Web;

/// <summary>
/// Where people reach the program (<c>--web.external-url</c>), which a proxy may make another place than where it listens.
/// </summary>
internal sealed record ExternalUrl
{
    public const string Expected = "expected an address such as https://monitoring.example.com/sendgrid";

    private ExternalUrl(Uri root, RoutePrefix path) => (Root, Path) = (root, path);

    /// <summary>The status page, in ASCII and with a slash at its end, so that other pages are relative to it.</summary>
    public Uri Root { get; }

    /// <summary>Its path, which is the default of <c>--web.route-prefix</c>.</summary>
    public RoutePrefix Path { get; }

    /// <summary>As Prometheus writes it: without the slash.</summary>
    public override string ToString() => Root.AbsoluteUri.TrimEnd('/');

    /// <summary>Another address there.</summary>
    /// <param name="page">The path without a prefix, such as <c>/metrics</c>.</param>
    public Uri UrlOf(string page) => new(Root, page[1..]);

    /// <returns>What is wrong with it; <see langword="null"/> when it is good. It is never repeated: it may hold a password.</returns>
    public static string? Read(string text, out ExternalUrl? url)
    {
        url = null;

        // .NET forgives back-slashes and spaces, and others who read it do not.
        if (text.Any(static character => char.IsWhiteSpace(character) || char.IsControl(character) || character is '\\' or '"' or '\''))
        {
            return "it holds quotes, back-slashes or white space";
        }

        if (
            !Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)
            || !HasTwoSlashes(text, uri)
        )
        {
            return "it is no address of http or https";
        }

        if (text.Split('/')[2].Contains('@', StringComparison.Ordinal))
        {
            return "it holds a user name or a password";
        }

        if (text.Contains('?', StringComparison.Ordinal) || text.Contains('#', StringComparison.Ordinal))
        {
            return "it holds a query or a fragment";
        }

        if (RoutePrefix.Read(uri.AbsolutePath, out var path) is { } problem)
        {
            return $"its path: {problem}";
        }

        // Location is a header, and so is ASCII.
        var host = AsciiHostOf(uri);
        var root = $"{uri.Scheme}://{host}{(uri.IsDefaultPort ? "" : $":{uri.Port}")}{path.UrlOf("/")}";
        if (
            host.Length == 0
            || host.Any(static character => !char.IsAscii(character))
            || !Uri.TryCreate(root, UriKind.Absolute, out var ascii)
        )
        {
            return "its host has no name that a header can hold";
        }

        url = new(ascii, path);
        return null;
    }

    /// <summary>Names in other scripts as the name system has them; empty when it cannot have them.</summary>
    private static string AsciiHostOf(Uri uri)
    {
        try
        {
            // Without a system's tables .NET maps a character that stands for none, too.
            return uri.HostNameType == UriHostNameType.IPv6 ? uri.Host
                : uri.Host.Contains('\uFFFD', StringComparison.Ordinal) ? ""
                : uri.IdnHost;
        }
        catch (UriFormatException)
        {
            return "";
        }
    }

    /// <summary><c>http:x</c> and <c>http:///x</c> are given a host that nobody wrote.</summary>
    private static bool HasTwoSlashes(string text, Uri uri) =>
        text.AsSpan(Math.Min(uri.Scheme.Length, text.Length)) is [':', '/', '/', not '/', ..];
}
