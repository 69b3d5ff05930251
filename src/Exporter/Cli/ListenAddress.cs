using System.Globalization;
using System.Net;

namespace Exporter.Cli;

/// <summary>An address to listen on, as the Prometheus exporters spell it: <c>:10324</c>, <c>127.0.0.1:10324</c>, <c>[::1]:10324</c>.</summary>
/// <param name="Ip">The address; <see langword="null"/> is every address of the machine.</param>
/// <param name="Port">0 takes a free one.</param>
internal sealed record ListenAddress(IPAddress? Ip, int Port)
{
    public const string Expected = "expected [address]:port, for example :10324, 127.0.0.1:10324 or [::1]:10324";

    public static bool TryParse(string text, out ListenAddress address)
    {
        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? "" : text[..colon];
        IPAddress? ip = null;
        var good = colon >= 0
            && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && (host.Length == 0 || IPAddress.TryParse(host is "localhost" ? "127.0.0.1" : host, out ip));

        // An IPv6 address without brackets cannot be told from its port.
        good = good && (!host.Contains(':', StringComparison.Ordinal) || host.StartsWith('['));
        address = new ListenAddress(ip, good ? int.Parse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture) : 0);
        return good;
    }

    /// <summary>As it is spelt on the command line.</summary>
    public override string ToString() => Ip is null ? $":{Port}" : $"{new IPEndPoint(Ip, Port)}";

    /// <summary>
    /// Where this machine reaches it: every address of the machine is its loopback address of one family or, as a socket of IPv6 takes IPv4 too, of
    /// both.
    /// </summary>
    public IReadOnlyList<IPAddress> ReachedAt =>
        Ip is null || Ip.Equals(IPAddress.IPv6Any) ? [IPAddress.Loopback, IPAddress.IPv6Loopback]
        : Ip.Equals(IPAddress.Any) ? [IPAddress.Loopback]
        : [Ip];

    /// <summary>A page of it.</summary>
    /// <param name="scheme">http or https.</param>
    /// <param name="ip">One of <see cref="ReachedAt"/>.</param>
    /// <param name="path">The page.</param>
    public Uri At(string scheme, IPAddress ip, string path) => new($"{scheme}://{new IPEndPoint(ip, Port)}{path}");
}
