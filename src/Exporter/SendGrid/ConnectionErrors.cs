using System.Net.Sockets;
using System.Security.Authentication;

namespace Exporter.SendGrid;

/// <summary>What a failed connection means, in words that hold no address and no secret.</summary>
internal static class ConnectionErrors
{
    public static string Describe(Exception exception) => exception switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "the host name of base_url cannot be resolved",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "no TLS connection (certificate or protocol)",
        HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } => "the proxy refuses the connection",
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } or HttpIOException => "the connection ended within the answer",
        { InnerException: AuthenticationException } => "no TLS connection (certificate or protocol)",
        { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => "connection refused",
        { InnerException: SocketException { SocketErrorCode: var code } } => $"no connection ({code})",
        _ => "the connection broke",
    };
}
