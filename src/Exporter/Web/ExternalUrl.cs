namespace Exporter.Web;

/// <summary>
/// The address at which people reach the program (<c>--web.external-url</c>); behind a proxy it differs from the address on which the
/// program listens.
/// </summary>
internal sealed record ExternalUrl
{
    public const string Expected = "expected an address such as https://monitoring.example.com/sendgrid";

    private ExternalUrl(Uri root, RoutePrefix path) => (Root, Path) = (root, path);

    /// <summary>The address of the status page, in ASCII and with a slash at its end, so that other pages are relative to it.</summary>
    public Uri Root { get; }

    /// <summary>Its path, which is the default of <c>--web.route-prefix</c>.</summary>
    public RoutePrefix Path { get; }

    /// <summary>Returns the address without its final slash, as Prometheus writes it.</summary>
    public override string ToString() => Root.AbsoluteUri.TrimEnd('/');

    /// <summary>Returns the address of another page.</summary>
    /// <param name="page">The path without a prefix, such as <c>/metrics</c>.</param>
    public Uri UrlOf(string page) => new(Root, page[1..]);

    /// <returns>
    /// An error text; <see langword="null"/> when the address is good. The text never repeats the address, which may hold a password.
    /// </returns>
    public static string? Read(string text, out ExternalUrl? url)
    {
        url = null;

        // .NET accepts back-slashes and spaces, but other programs that read the address do not.
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
            return "it is not an http or https address";
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

        // The address stands in the Location header, and headers are ASCII.
        var host = AsciiHostOf(uri);
        var root = $"{uri.Scheme}://{host}{(uri.IsDefaultPort ? "" : $":{uri.Port}")}{path.UrlOf("/")}";
        if (
            host.Length == 0
            || host.Any(static character => !char.IsAscii(character))
            || !Uri.TryCreate(root, UriKind.Absolute, out var ascii)
        )
        {
            return "its host name cannot be written in ASCII";
        }

        url = new(ascii, path);
        return null;
    }

    /// <summary>Returns a host name in the form that DNS uses (Punycode for other scripts); empty when it has no such form.</summary>
    private static string AsciiHostOf(Uri uri)
    {
        try
        {
            if (uri.HostNameType == UriHostNameType.IPv6)
            {
                return uri.Host;
            }

            // Without the system's tables .NET also maps characters that no host name may hold.
            return uri.Host.Contains('\uFFFD', StringComparison.Ordinal) ? "" : uri.IdnHost;
        }
        catch (UriFormatException)
        {
            return "";
        }
    }

    /// <summary>Whether two slashes were written: .NET invents a host for <c>http:x</c> and <c>http:///x</c>.</summary>
    private static bool HasTwoSlashes(string text, Uri uri) =>
        text.AsSpan(Math.Min(uri.Scheme.Length, text.Length)) is [':', '/', '/', not '/', ..];
}
