using Exporter.Snapshots;

namespace Exporter.SendGrid;

/// <summary>Explains every status other than 200: one table finds the cause by status, sentence and shape.</summary>
internal static class StatusErrors
{
    /// <summary>The causes of a refusal that its sentence tells, each with its words. The first one counts.</summary>
    private static readonly (string[] Words, FailureCause Cause)[] CausesByWords =
    [
        (["whitelist", "allowlist", "allow list", "ip address", "ip access", "access management"], FailureCause.AddressNotAllowed),
        (["credit"], FailureCause.CreditsUsedUp),
        (["region", "residency", "data center", "datacenter"], FailureCause.WrongRegion),
        (["subuser", "on-behalf-of", "on behalf of", "impersonat"], FailureCause.SubuserUnknown),
        (["temporar", "blocked", "too many", "try again later", "suspended for"], FailureCause.BlockedForAWhile),
    ];

    /// <param name="status">Any status but 200.</param>
    /// <param name="body">The body of the answer.</param>
    /// <param name="named">
    /// The time that the answer named for the next request (<see cref="RateLimits.RateLimitHeaders.NamedTime"/>).
    /// </param>
    public static ApiError ToApiError(int status, ErrorBody body, DateTimeOffset? named)
    {
        var cause = CauseOf(status, body);
        var message = $"{status}: {Describe(status, cause)}";
        return new ApiError(ReasonOf(status, body), body.Sentence is { } sentence ? $"{message}; it says: {sentence}" : message, named)
        {
            Cause = cause,
            IsBadRequest = status == 400,
        };
    }

    private static FailureReason ReasonOf(int status, ErrorBody body) =>
        status switch
        {
            401 => FailureReason.Unauthorized,
            403 or 451 => FailureReason.Forbidden,
            // A page from another server contains no information about campaigns.
            404 when !body.IsPage => FailureReason.NotFound,
            429 => FailureReason.RateLimited,
            407 or 408 or >= 500 => FailureReason.Unavailable,
            _ => FailureReason.InvalidResponse,
        };

    /// <remarks>
    /// The sentences are those that users report (README.md beside this file names the sources): "The requestor's IP Address is not
    /// whitelisted", "Maximum credits exceeded", "access forbidden", "authorization required", and Cloudflare's "error code: 1015".
    /// </remarks>
    private static FailureCause CauseOf(int status, ErrorBody body) =>
        status switch
        {
            407 => FailureCause.ProxyWantsCredentials,
            451 => FailureCause.WrongRegion,
            401
            or 403
            or 429 when body.Mentions("1015", "you are being rate limited") && (body.IsPage || body.Mentions("error code", "cloudflare")) =>
                FailureCause.BlockedForAWhile,
            401 or 403 => RefusalCause(status, body),
            404 when !body.IsPage => FailureCause.NotFound,
            429 => FailureCause.RateLimited,
            >= 520 and <= 530 => FailureCause.EdgeTrouble,
            408 or >= 500 => FailureCause.ApiTrouble,
            >= 300 and < 400 => FailureCause.Redirected,
            >= 400 when body.IsPage => FailureCause.FirewallPage,
            400 or 405 or 406 or 413 or 414 or 415 or 431 => FailureCause.RequestRefused,
            _ => FailureCause.NotTheApi,
        };

    private static FailureCause RefusalCause(int status, ErrorBody body)
    {
        if (body.IsPage)
        {
            return FailureCause.FirewallPage;
        }

        foreach (var (words, cause) in CausesByWords)
        {
            if (body.Mentions(words))
            {
                return cause;
            }
        }

        return status == 401 ? FailureCause.KeyUnknown : FailureCause.ScopeMissing;
    }

    private static string Describe(int status, FailureCause cause) =>
        cause switch
        {
            FailureCause.KeyUnknown => "the API does not accept the key",
            FailureCause.AddressNotAllowed => "the API does not accept requests from this address",
            FailureCause.CreditsUsedUp => "the account's credits are used up",
            FailureCause.BlockedForAWhile => "the API blocks the exporter for a while",
            FailureCause.ScopeMissing => "the key may not read this (it needs the scopes marketing.read and marketing.automation.read)",
            FailureCause.SubuserUnknown => "the API does not know the subuser for this key",
            FailureCause.WrongRegion => "the account's data lies in another region",
            FailureCause.FirewallPage => "an HTML page, from a firewall or proxy",
            FailureCause.EdgeTrouble => "Cloudflare cannot reach the API behind it",
            FailureCause.RateLimited => "too many requests",
            FailureCause.NotFound => "not found",
            FailureCause.ProxyWantsCredentials => "the proxy wants credentials",
            FailureCause.Redirected => "a redirect, which is not followed: the key goes to base_url only",
            FailureCause.RequestRefused or FailureCause.ApiTrouble => Name(status),
            _ => "a status that the API does not document",
        };

    /// <summary>Returns the name of a status in SendGrid's list of errors.</summary>
    private static string Name(int status) =>
        status switch
        {
            400 => "bad request",
            405 => "method not allowed",
            406 => "not acceptable",
            408 => "request timeout",
            413 => "payload too large",
            414 => "URI too long",
            415 => "unsupported media type",
            431 => "headers too large",
            500 => "internal server error",
            502 => "bad gateway",
            503 => "service unavailable",
            504 => "gateway timeout",
            _ => "the API is in trouble",
        };
}
