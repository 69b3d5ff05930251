using Exporter.Network;

namespace Exporter.SendGrid;

/// <summary>The HTTP client of the API: no redirects, no cookies, compressed answers welcome, the environment's proxy for https.</summary>
internal static class ApiHttp
{
    /// <summary>One client for every account: connections are shared where the origin is, keys never are.</summary>
    /// <param name="userAgent">Product and version.</param>
    /// <param name="outgoing">How connections are made.</param>
    public static HttpClient Create(string userAgent, Outgoing outgoing)
    {
#pragma warning disable CA2000 // The client owns the handler.
        // Deadlines are the attempt's and the transport's.
        var client = Outgoing.Client(outgoing.KeepingHandler(), Timeout.InfiniteTimeSpan);
#pragma warning restore CA2000
        client.DefaultRequestHeaders.UserAgent.ParseAdd(userAgent);
        return client;
    }
}
