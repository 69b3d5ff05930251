namespace Exporter.Web;

/// <summary>Where the pages are: under which path they are asked for, and how people reach them from elsewhere.</summary>
/// <param name="Prefix"><c>--web.route-prefix</c>; by default the path of the external URL.</param>
/// <param name="Url"><c>--web.external-url</c>; <see langword="null"/> when nobody said it.</param>
internal sealed record PublicPlace(RoutePrefix Prefix, ExternalUrl? Url)
{
    /// <summary>Everything at <c>/</c>.</summary>
    public static readonly PublicPlace Here = new(RoutePrefix.None, Url: null);

    public static PublicPlace Create(RoutePrefix? prefix, ExternalUrl? url) => new(prefix ?? url?.Path ?? RoutePrefix.None, url);

    /// <summary>
    /// Where somebody is sent who asks beside the status page: a proxy may know it by another path than this program does.
    /// </summary>
    public string Location => Url?.Root.AbsoluteUri ?? Prefix.UrlOf("/");

    /// <summary>An address that the server listens at, with the path that the pages have there.</summary>
    /// <param name="bound">As the server tells it, <c>http://[::]:10324</c> or <c>http://unix:/run/x.sock</c>.</param>
    public string UrlOf(string bound) =>
        Prefix.Path.Length == 0 ? bound
        : bound.Contains("://unix:", StringComparison.Ordinal) ? $"{bound}:{Prefix.UrlOf("/")}"
        : bound + Prefix.UrlOf("/");

    /// <summary>The addresses to be told to people, the one from elsewhere first.</summary>
    public IEnumerable<string> AddressesFor(IEnumerable<string> bound)
    {
        var here = bound.Select(UrlOf).OrderBy(static address => address.Contains("://unix:", StringComparison.Ordinal));
        return (Url is null ? here : here.Prepend(Url.ToString())).Select(static address => address.TrimEnd('/'));
    }
}
