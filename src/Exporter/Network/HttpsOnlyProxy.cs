using System.Net;

namespace Exporter.Network;

/// <summary>
/// The proxy of the environment, for what may go through one: https to another machine. Plain http would show the proxy every header, and
/// this machine is reached without help.
/// </summary>
internal sealed class HttpsOnlyProxy(IWebProxy proxy) : IWebProxy
{
    /// <summary>Found by the proxy's address, in which user name and password make no difference.</summary>
    public ICredentials? Credentials
    {
        get => proxy.Credentials;
        set => proxy.Credentials = value;
    }

    public bool IsBypassed(Uri host) => GetProxy(host) is null;

    /// <returns>Without user name and password: the address appears in messages of HttpClient.</returns>
    public Uri? GetProxy(Uri destination) =>
        destination.Scheme != Uri.UriSchemeHttps
        || Loopback.IsLoopback(destination.IdnHost)
        || proxy.IsBypassed(destination)
        || proxy.GetProxy(destination) is not { } found
            ? null
            : new UriBuilder(found) { UserName = "", Password = "" }.Uri;
}
