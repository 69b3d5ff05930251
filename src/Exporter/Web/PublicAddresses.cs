namespace Exporter.Web;

/// <summary>The addresses of the pages: their path on this server, and the address that people use.</summary>
/// <param name="Prefix"><c>--web.route-prefix</c>; by default the path of the external URL.</param>
/// <param name="Url"><c>--web.external-url</c>; <see langword="null"/> when it is not set.</param>
internal sealed record PublicAddresses(RoutePrefix Prefix, ExternalUrl? Url)
{
    /// <summary>Everything at <c>/</c>.</summary>
    public static readonly PublicAddresses Here = new(RoutePrefix.None, Url: null);

    public static PublicAddresses Create(RoutePrefix? prefix, ExternalUrl? url) => new(prefix ?? url?.Path ?? RoutePrefix.None, url);

    /// <summary>
    /// Returns the address to which a path redirects that is beside the pages: a proxy may use another path for the status page than this
    /// program does. A request for that path itself came without the proxy, or through one that keeps paths: sent there again, it would go
    /// in a circle.
    /// </summary>
    /// <param name="path">The path that was asked for.</param>
    public string LocationFor(string path) => Url?.Root is { } root && root.AbsolutePath != path ? root.AbsoluteUri : Prefix.UrlOf("/");

    /// <summary>Returns an address on which the server listens, with the path of the pages.</summary>
    /// <param name="bound">As the server reports it, <c>http://[::]:10324</c> or <c>http://unix:/run/x.sock</c>.</param>
    public string UrlOf(string bound)
    {
        if (Prefix.Path.Length == 0)
        {
            return bound;
        }

        return bound.Contains("://unix:", StringComparison.Ordinal) ? $"{bound}:{Prefix.UrlOf("/")}" : bound + Prefix.UrlOf("/");
    }

    /// <summary>Returns the addresses to show to people, the public one first.</summary>
    public IEnumerable<string> AddressesFor(IEnumerable<string> bound)
    {
        var here = bound.Select(UrlOf).OrderBy(static address => address.Contains("://unix:", StringComparison.Ordinal));
        return (Url is null ? here : here.Prepend(Url.ToString())).Select(static address => address.TrimEnd('/'));
    }
}
