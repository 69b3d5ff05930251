using System.Net;

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
