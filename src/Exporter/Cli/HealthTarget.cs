using Exporter.Hosting;
using Exporter.Web;

namespace Exporter.Cli;

/// <summary>An address at which the health of the running instance can be checked.</summary>
/// <param name="Where">The address as messages show it.</param>
/// <param name="Addresses">The URLs to try one after the other until one answers.</param>
/// <param name="SocketPath">The Unix socket to connect to; <see langword="null"/> connects to the URL's host.</param>
internal sealed record HealthTarget(string Where, IReadOnlyList<Uri> Addresses, string? SocketPath)
{
    private const string Page = "/-/healthy";

    /// <param name="url">The pages' address, which alone decides when it was given.</param>
    /// <param name="listening">The addresses on which the program listens otherwise.</param>
    /// <param name="prefix">The path under which its pages stand.</param>
    public static IReadOnlyList<HealthTarget> Find(ExternalUrl? url, IReadOnlyList<ListenAddress> listening, RoutePrefix prefix) =>
        url is not null ? [Find(url)] : [.. listening.SelectMany(address => Find(address, prefix.UrlOf(Page)))];

    private static HealthTarget Find(ExternalUrl url) =>
        url.ToString().EndsWith(Page, StringComparison.Ordinal)
            ? new(url.ToString(), [new(url.ToString())], SocketPath: null)
            : new(url.ToString(), [url.UrlOf(Page)], SocketPath: null);

    private static IEnumerable<HealthTarget> Find(ListenAddress address, string path) =>
        address switch
        {
            { SocketPath: { } file } => [new($"unix:{file}", Both("localhost", path), file)],
            { Name: not null } => [new(address.ToString(), Both(address.ToString(), path), SocketPath: null)],
            _ => address.ReachedAt.Select(ip =>
            {
                var http = address.UrlAt(Uri.UriSchemeHttp, ip, path);
                return new HealthTarget(http.Authority, [http, address.UrlAt(Uri.UriSchemeHttps, ip, path)], SocketPath: null);
            }),
        };

    /// <summary>
    /// Returns the http and the https URL: only the running program knows whether it uses TLS, and it answers only one of them.
    /// </summary>
    private static IReadOnlyList<Uri> Both(string authority, string path) =>
        [new($"http://{authority}{path}"), new($"https://{authority}{path}")];
}
