using System.Globalization;
using System.Net;
using System.Text;

namespace Exporter.Hosting;

/// <summary>
/// An address to listen on, in the spelling of the Prometheus exporters: <c>:10324</c>, <c>127.0.0.1:10324</c>, <c>[::1]:10324</c>,
/// <c>localhost:10324</c>, <c>unix:/run/x.sock</c>.
/// </summary>
/// <param name="Ip">The address; <see langword="null"/> without a name and a socket means every address of the machine.</param>
/// <param name="Port">0 takes a free one.</param>
internal sealed record ListenAddress(IPAddress? Ip, int Port)
{
    public const string Expected =
        "expected [address]:port or unix:/path, for example :10324, 127.0.0.1:10324, [::1]:10324, localhost:10324 or "
        + "unix:/run/sendgrid-exporter/web.sock";

    private const string UnixScheme = "unix:";

    /// <summary>The number of bytes that the system allows for the path of a socket, without the final zero.</summary>
    private const int MostPathBytes = 107;

    /// <summary>A host name whose addresses are not resolved yet.</summary>
    public string? Name { get; init; }

    /// <summary>The file of a Unix socket.</summary>
    public string? SocketPath { get; init; }

    public static bool TryParse(string text, out ListenAddress address)
    {
        if (text.StartsWith(UnixScheme, StringComparison.Ordinal))
        {
            var path = text[UnixScheme.Length..];
            address = new ListenAddress(Ip: null, Port: 0) { SocketPath = path };
            return path.StartsWith('/')
                && !path.EndsWith('/')
                && !path.Contains('\0', StringComparison.Ordinal)
                && Encoding.UTF8.GetByteCount(path) <= MostPathBytes;
        }

        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? "" : text[..colon];
        var ip = AddressOf(host);
        var name = ip is null && IsName(host) ? host : null;
        var good =
            ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && colon >= 0
            && (host.Length == 0 || ip is not null || name is not null);
        address = new ListenAddress(ip, port) { Name = name };
        return good;
    }

    /// <summary>Returns the address as it is spelt on the command line.</summary>
    public override string ToString() =>
        this switch
        {
            { SocketPath: { } path } => UnixScheme + path,
            { Ip: { } ip } => $"{new IPEndPoint(ip, Port)}",
            _ => $"{Name}:{Port}",
        };

    /// <summary>
    /// The addresses at which this machine reaches it. For "every address" that is the loopback address of one family or, because an IPv6
    /// socket accepts IPv4 too, of both.
    /// </summary>
    public IReadOnlyList<IPAddress> ReachedAt
    {
        get
        {
            if (SocketPath is not null || Name is not null)
            {
                return [];
            }

            if (Ip is null || Ip.Equals(IPAddress.IPv6Any))
            {
                return [IPAddress.Loopback, IPAddress.IPv6Loopback];
            }

            return [Ip.Equals(IPAddress.Any) ? IPAddress.Loopback : Ip];
        }
    }

    /// <summary>Returns the URL of a page at this address.</summary>
    /// <param name="scheme">http or https.</param>
    /// <param name="ip">One of <see cref="ReachedAt"/>.</param>
    /// <param name="path">The path of the page.</param>
    public Uri UrlAt(string scheme, IPAddress ip, string path) => new($"{scheme}://{new IPEndPoint(ip, Port)}{path}");

    /// <summary>Parses IPv4 as four numbers and IPv6 in brackets: without brackets its end looks like a port.</summary>
    private static IPAddress? AddressOf(string host) =>
        IPAddress.TryParse(host, out var ip)
        && (host.StartsWith('[') ? host.EndsWith(']') : ip.ToString() == host && !host.Contains(':', StringComparison.Ordinal))
            ? ip
            : null;

    /// <summary>Whether the text is a host name; a name that ends in a number is a misspelt address (RFC 1123, 2.1).</summary>
    private static bool IsName(string host)
    {
        var labels = host.Split('.');
        return host.Length is > 0 and <= 253
            && labels.All(static label =>
                label.Length is > 0 and <= 63
                && label.All(static character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_')
            )
            && !labels[^1].All(char.IsAsciiDigit);
    }
}
