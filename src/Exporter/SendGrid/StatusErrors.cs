using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Exporter.SendGrid;

/// <summary>What a status other than 200 means.</summary>
internal static class StatusErrors
{
    /// <param name="status">Any status but 200.</param>
    /// <param name="named">The time that the answer named for the next request.</param>
    public static ApiError From(HttpStatusCode status, DateTimeOffset? named) => (int)status switch
    {
        401 => new(ApiErrorKind.Unauthorized, "401: the API does not accept the key (expired or revoked, or the key's ID in place of the key)"),
        403 => new(ApiErrorKind.Forbidden, "403: the key may not read this (it needs the scopes marketing.read and marketing.automation.read)"),
        404 => new(ApiErrorKind.NotFound, "404: not found"),
        400 => new(ApiErrorKind.BadRequest, "400: the API refuses the request"),
        429 => new(ApiErrorKind.RateLimited, "429: too many requests", named),
        408 or >= 500 => new(ApiErrorKind.Unavailable, $"{(int)status}: the API is in trouble"),
        >= 300 and < 400 => new(ApiErrorKind.InvalidResponse, $"{(int)status}: a redirect, which is not followed: the key goes to base_url only"),
        _ => new(ApiErrorKind.InvalidResponse, $"{(int)status}: an answer that the API does not document"),
    };
}

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
