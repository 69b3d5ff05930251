using System.Text;
using Exporter.SendGrid;
using Exporter.Snapshots;

namespace Exporter.Tests.SendGrid;

public sealed class StatusErrorsTests
{
    [Theory]
    [InlineData(400, nameof(FailureReason.InvalidResponse))]
    [InlineData(401, nameof(FailureReason.Unauthorized))]
    [InlineData(403, nameof(FailureReason.Forbidden))]
    [InlineData(404, nameof(FailureReason.NotFound))]
    [InlineData(408, nameof(FailureReason.Unavailable))]
    [InlineData(429, nameof(FailureReason.RateLimited))]
    [InlineData(500, nameof(FailureReason.Unavailable))]
    [InlineData(502, nameof(FailureReason.Unavailable))]
    [InlineData(503, nameof(FailureReason.Unavailable))]
    [InlineData(599, nameof(FailureReason.Unavailable))]
    [InlineData(301, nameof(FailureReason.InvalidResponse))]
    [InlineData(308, nameof(FailureReason.InvalidResponse))]
    [InlineData(204, nameof(FailureReason.InvalidResponse))]
    [InlineData(206, nameof(FailureReason.InvalidResponse))]
    [InlineData(410, nameof(FailureReason.InvalidResponse))]
    [InlineData(418, nameof(FailureReason.InvalidResponse))]
    public void Every_status_has_a_reason_and_says_its_number(int status, string kind)
    {
        var error = StatusErrors.ToApiError(status, ErrorBody.None, named: null);

        Assert.Equal(kind, error.Reason.ToString());
        Assert.Equal(status == 400, error.IsBadRequest);
        Assert.StartsWith($"{status}: ", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The sentences are those that people report; where the API has no words, the status and the shape decide.</summary>
    [Theory]
    [InlineData(
        401,
        """{"errors":[{"message":"The provided authorization grant is invalid, expired, or revoked","field":null,"help":null}]}""",
        nameof(FailureCause.KeyUnknown)
    )]
    [InlineData(401, """{"errors":[{"field":null,"message":"authorization required"}]}""", nameof(FailureCause.KeyUnknown))]
    [InlineData(401, "", nameof(FailureCause.KeyUnknown))]
    [InlineData(
        401,
        """{"errors":[{"message":"The requestor's IP Address is not whitelisted"}]}""",
        nameof(FailureCause.AddressNotAllowed)
    )]
    [InlineData(403, """{"errors":[{"message":"Your IP ADDRESS is not on the Allowlist"}]}""", nameof(FailureCause.AddressNotAllowed))]
    [InlineData(401, """{"errors":[{"message":"Maximum credits exceeded"}]}""", nameof(FailureCause.CreditsUsedUp))]
    [InlineData(403, """{"message":"temporarily blocked"}""", nameof(FailureCause.BlockedForAWhile))]
    [InlineData(403, """{"errors":[{"message":"access forbidden","field":null}]}""", nameof(FailureCause.ScopeMissing))]
    [InlineData(403, "", nameof(FailureCause.ScopeMissing))]
    [InlineData(403, """{"error":"subuser not found"}""", nameof(FailureCause.SubuserUnknown))]
    [InlineData(401, """{"error":{"message":"wrong data region"}}""", nameof(FailureCause.WrongRegion))]
    [InlineData(451, "", nameof(FailureCause.WrongRegion))]
    [InlineData(403, "<!DOCTYPE html><html><title>Access denied</title></html>", nameof(FailureCause.FirewallPage))]
    [InlineData(401, "\n  <html>log in</html>", nameof(FailureCause.FirewallPage))]
    [InlineData(404, "<html>nothing here</html>", nameof(FailureCause.FirewallPage))]
    [InlineData(418, "<html></html>", nameof(FailureCause.FirewallPage))]
    [InlineData(403, "error code: 1015", nameof(FailureCause.BlockedForAWhile))]
    [InlineData(
        429,
        "<html><title>Access denied | Cloudflare</title>Error 1015: You are being rate limited</html>",
        nameof(FailureCause.BlockedForAWhile)
    )]
    [InlineData(429, "", nameof(FailureCause.RateLimited))]
    [InlineData(404, "", nameof(FailureCause.NotFound))]
    [InlineData(406, "", nameof(FailureCause.RequestRefused))]
    [InlineData(415, "", nameof(FailureCause.RequestRefused))]
    [InlineData(407, "", nameof(FailureCause.ProxyWantsCredentials))]
    [InlineData(502, "<html>bad gateway</html>", nameof(FailureCause.ApiTrouble))]
    [InlineData(522, "<html>cloudflare</html>", nameof(FailureCause.EdgeTrouble))]
    [InlineData(530, "error code: 1016", nameof(FailureCause.EdgeTrouble))]
    [InlineData(302, "", nameof(FailureCause.Redirected))]
    [InlineData(204, "", nameof(FailureCause.NotTheApi))]
    public void What_a_refusal_means_is_told_by_status_sentence_and_shape(int status, string body, string cause)
    {
        var error = StatusErrors.ToApiError(status, ErrorBody.Read(Encoding.UTF8.GetBytes(body), Clients.Key), named: null);

        Assert.Equal(cause, error.Cause.ToString());
    }

    /// <summary>"No data yet" is the API's word, not that of whatever stands before it.</summary>
    [Fact]
    public void A_page_with_404_is_no_missing_campaign() =>
        Assert.Equal(
            FailureReason.InvalidResponse,
            StatusErrors.ToApiError(404, ErrorBody.Read("<html>not here</html>"u8, Clients.Key), named: null).Reason
        );

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(401)]
    public void Whatever_the_status_a_time_that_it_names_is_kept(int status)
    {
        var named = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

        Assert.Equal(named, StatusErrors.ToApiError(status, ErrorBody.None, named).NotBefore);
    }

    [Fact]
    public void The_message_ends_with_the_sentence_of_the_api() =>
        Assert.Equal(
            "401: the account's credits are used up; it says: Maximum credits exceeded",
            StatusErrors
                .ToApiError(401, ErrorBody.Read("""{"errors":[{"message":"Maximum credits exceeded"}]}"""u8, Clients.Key), named: null)
                .Message
        );

    [Fact]
    public void Every_reason_has_its_value_of_the_label()
    {
        string[] words =
        [
            "unauthorized",
            "forbidden",
            "not_found",
            "rate_limited",
            "unavailable",
            "timeout",
            "invalid_response",
            "incomplete",
            "canceled",
        ];

        Assert.Equal(words, Enum.GetValues<FailureReason>().Select(FailureReasons.Label));
    }
}
