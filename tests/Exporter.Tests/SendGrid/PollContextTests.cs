using Exporter.SendGrid;
using Exporter.Snapshots;
using Microsoft.Extensions.Time.Testing;

namespace Exporter.Tests.SendGrid;

public sealed class PollContextTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void A_silent_api_is_a_timeout()
    {
        using var attempt = Clients.Attempt(_clock, Minute);
        _clock.Advance(Minute);

        Assert.True(attempt.Token.IsCancellationRequested);
        Assert.Equal(FailureReason.Timeout, attempt.CancellationError().Reason);
    }

    [Theory]
    [InlineData(nameof(FailureReason.Unavailable))]
    [InlineData(nameof(FailureReason.RateLimited))]
    [InlineData(nameof(FailureReason.Forbidden))]
    public void Otherwise_the_reason_is_the_last_thing_that_the_api_said(string kind)
    {
        using var attempt = Clients.Attempt(_clock, Minute);
        attempt.RecordError(new ApiError(FailureReason.Unavailable, "before"));
        attempt.RecordError(new ApiError(Enum.Parse<FailureReason>(kind), "last"));

        Assert.Equal(("last", kind), (attempt.CancellationError().Message, attempt.CancellationError().Reason.ToString()));
    }

    [Fact]
    public void A_request_that_ran_into_its_timeout_said_nothing()
    {
        using var attempt = Clients.Attempt(_clock, Minute);
        attempt.RecordError(new ApiError(FailureReason.Unavailable, "500"));
        attempt.RecordError(new ApiError(FailureReason.Timeout, "30 s"));

        Assert.Equal(FailureReason.Unavailable, attempt.CancellationError().Reason);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(400)]
    public void An_answer_about_the_list_is_not_why_a_later_request_found_no_answer(int status)
    {
        using var attempt = Clients.Attempt(_clock, Minute);
        attempt.RecordError(StatusErrors.ToApiError(status, ErrorBody.None, named: null));

        Assert.Equal(FailureReason.Timeout, attempt.CancellationError().Reason);
    }

    [Fact]
    public void A_good_page_ends_the_trouble_before_it()
    {
        using var attempt = Clients.Attempt(_clock, Minute);
        attempt.RecordError(new ApiError(FailureReason.Unavailable, "500"));
        attempt.PageRead(ApiEndpoint.AutomationLinks);

        Assert.Equal(FailureReason.Timeout, attempt.CancellationError().Reason);
        Assert.Equal(1, attempt.Pages);
    }

    [Fact]
    public async Task Stopping_is_canceled_whatever_was_said()
    {
        using var stopping = new CancellationTokenSource();
        using var attempt = new PollContext(_clock, Minute, retryForbidden: true, stopping.Token);
        attempt.RecordError(new ApiError(FailureReason.Unavailable, "500"));
        await stopping.CancelAsync();

        Assert.True(attempt.Token.IsCancellationRequested);
        Assert.Equal(FailureReason.Canceled, attempt.CancellationError().Reason);
    }
}
