using System.Net;

namespace Exporter.SendGrid;

/// <summary>The HTTP client of the API: no redirects, no cookies, compressed answers welcome, the environment's proxy.</summary>
internal static class ApiHttp
{
    /// <summary>One client for every account: connections are shared where the origin is, keys never are.</summary>
    /// <param name="userAgent">Product and version.</param>
    /// <param name="connect">How a connection is made; <see langword="null"/> is by sockets.</param>
    public static HttpClient Create(string userAgent, Func<DnsEndPoint, CancellationToken, ValueTask<Stream>>? connect = null)
    {
#pragma warning disable CA2000 // The client owns the handler.
        var handler = new SocketsHttpHandler
        {
            // A redirect would repeat the request elsewhere; it is an error of its own instead.
            AllowAutoRedirect = false,
            UseCookies = false,
            // SendGrid has no part in our traces, so it gets no headers of theirs.
            ActivityHeadersPropagator = null,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
#pragma warning restore CA2000
        if (connect is not null)
        {
            handler.ConnectCallback = (context, cancellation) => connect(context.DnsEndPoint, cancellation);
        }

        var client = new HttpClient(handler, disposeHandler: true)
        {
            // Deadlines are the attempt's and the transport's.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        client.DefaultRequestHeaders.UserAgent.ParseAdd(userAgent);
        return client;
    }
}
