using System.Net;

namespace Exporter.Network;

/// <summary>
/// The environment's proxy, used only for https to another machine. Plain http would show the proxy every header, and this machine is
/// reached directly.
/// </summary>
internal sealed class HttpsOnlyProxy(IWebProxy proxy) : IWebProxy
{
    /// <summary>The credentials, found by the proxy's address without regard to its user name and password.</summary>
    public ICredentials? Credentials
    {
        get => proxy.Credentials;
        set => proxy.Credentials = value;
    }

    public bool IsBypassed(Uri host) => GetProxy(host) is null;

    /// <returns>The address without user name and password, because HttpClient's messages contain it.</returns>
    public Uri? GetProxy(Uri destination) =>
        destination.Scheme != Uri.UriSchemeHttps
        || Loopback.IsLoopback(destination.IdnHost)
        || proxy.IsBypassed(destination)
        || proxy.GetProxy(destination) is not { } found
            ? null
            : new UriBuilder(found) { UserName = "", Password = "" }.Uri;
}
