using Exporter.Hosting;
using Exporter.Web;

namespace Exporter.Cli;

/// <summary>Where the running instance may be asked whether it is healthy.</summary>
/// <param name="Where">The address as messages show it.</param>
/// <param name="Addresses">To be tried one after the other, until there is an answer.</param>
/// <param name="SocketPath">The Unix socket that it is asked through; <see langword="null"/> is by the address.</param>
internal sealed record HealthTarget(string Where, IReadOnlyList<Uri> Addresses, string? SocketPath)
{
    private const string Page = "/-/healthy";

    /// <param name="url">The pages' address if it was given; it says all.</param>
    /// <param name="listening">Where the program listens otherwise.</param>
    /// <param name="prefix">The path under which it has its pages.</param>
    public static IReadOnlyList<HealthTarget> Find(ExternalUrl? url, IReadOnlyList<ListenAddress> listening, RoutePrefix prefix) =>
        url is not null ? [Find(url)] : [.. listening.SelectMany(address => Find(address, prefix.UrlOf(Page)))];

    private static HealthTarget Find(ExternalUrl url) =>
        url.ToString().EndsWith(Page, StringComparison.Ordinal)
            ? new(url.ToString(), [new(url.ToString())], SocketPath: null)
            : new(url.ToString(), [url.UrlOf(Page)], SocketPath: null);

    private static IEnumerable<HealthTarget> Find(ListenAddress address, string path) =>
        address.SocketPath is { } file ? [new($"unix:{file}", Both("localhost", path), file)]
        : address.Name is not null ? [new(address.ToString(), Both(address.ToString(), path), SocketPath: null)]
        : address.ReachedAt.Select(ip =>
        {
            var http = address.UrlAt(Uri.UriSchemeHttp, ip, path);
            return new HealthTarget(http.Authority, [http, address.UrlAt(Uri.UriSchemeHttps, ip, path)], SocketPath: null);
        });

    /// <summary>Only the program knows whether it was told to speak TLS; to the other one it answers nothing.</summary>
    private static IReadOnlyList<Uri> Both(string authority, string path) =>
        [new($"http://{authority}{path}"), new($"https://{authority}{path}")];
}
