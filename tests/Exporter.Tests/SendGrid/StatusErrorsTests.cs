using System.Net;
using Exporter.SendGrid;

namespace Exporter.Tests.SendGrid;

public sealed class StatusErrorsTests
{
    [Theory]
    [InlineData(400, nameof(ApiErrorKind.BadRequest))]
    [InlineData(401, nameof(ApiErrorKind.Unauthorized))]
    [InlineData(403, nameof(ApiErrorKind.Forbidden))]
    [InlineData(404, nameof(ApiErrorKind.NotFound))]
    [InlineData(408, nameof(ApiErrorKind.Unavailable))]
    [InlineData(429, nameof(ApiErrorKind.RateLimited))]
    [InlineData(500, nameof(ApiErrorKind.Unavailable))]
    [InlineData(502, nameof(ApiErrorKind.Unavailable))]
    [InlineData(503, nameof(ApiErrorKind.Unavailable))]
    [InlineData(599, nameof(ApiErrorKind.Unavailable))]
    [InlineData(301, nameof(ApiErrorKind.InvalidResponse))]
    [InlineData(308, nameof(ApiErrorKind.InvalidResponse))]
    [InlineData(204, nameof(ApiErrorKind.InvalidResponse))]
    [InlineData(206, nameof(ApiErrorKind.InvalidResponse))]
    [InlineData(410, nameof(ApiErrorKind.InvalidResponse))]
    [InlineData(418, nameof(ApiErrorKind.InvalidResponse))]
    public void Every_status_has_a_kind_and_says_its_number(int status, string kind)
    {
        var error = StatusErrors.From((HttpStatusCode)status, named: null);

        Assert.Equal(kind, error.Kind.ToString());
        Assert.StartsWith($"{status}: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_a_429_names_a_time()
    {
        var named = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

        Assert.Equal(named, StatusErrors.From(HttpStatusCode.TooManyRequests, named).NotBefore);
        Assert.Null(StatusErrors.From(HttpStatusCode.InternalServerError, named).NotBefore);
    }

    [Fact]
    public void Every_kind_has_a_word_of_the_contract()
    {
        string[] words = ["unauthorized", "forbidden", "not_found", "invalid_response", "rate_limited", "unavailable", "timeout", "invalid_response", "incomplete", "canceled"];

        Assert.Equal(words, Enum.GetValues<ApiErrorKind>().Select(ErrorWords.Of));
    }
}
