using Exporter.Network;

namespace Exporter.SendGrid;

/// <summary>
/// Creates the API's HTTP client: no redirects, no cookies, compressed answers accepted, the environment's proxy for https.
/// </summary>
internal static class ApiHttp
{
    /// <summary>Creates the one client of all accounts. Accounts with the same origin share connections, never keys.</summary>
    /// <param name="userAgent">Product and version.</param>
    public static HttpClient Create(string userAgent, Outgoing outgoing)
    {
        // The client owns the handler.
        // The attempt and the transport have deadlines of their own.
        var client = Outgoing.Client(outgoing.KeepingHandler(), Timeout.InfiniteTimeSpan);
        client.DefaultRequestHeaders.UserAgent.ParseAdd(userAgent);
        return client;
    }
}
