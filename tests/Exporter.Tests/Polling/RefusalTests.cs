using Exporter.Polling;
using Exporter.SendGrid;

namespace Exporter.Tests.Polling;

public sealed class RefusalTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(null, true)]
    [InlineData(nameof(ApiErrorKind.NotFound), true)]
    [InlineData(nameof(ApiErrorKind.Unauthorized), false)]
    [InlineData(nameof(ApiErrorKind.Forbidden), null)]
    [InlineData(nameof(ApiErrorKind.Unavailable), null)]
    [InlineData(nameof(ApiErrorKind.RateLimited), null)]
    public void Only_some_answers_can_tell_whether_the_key_is_accepted(string? error, bool? told)
    {
        var answer = error is null ? null : new ApiError(Enum.Parse<ApiErrorKind>(error), "");

        Assert.Equal(told ?? true, Refusal.KeyAccepted(answer, before: true));
        Assert.Equal(told ?? false, Refusal.KeyAccepted(answer, before: false));
        Assert.Equal(told, Refusal.KeyAccepted(answer, before: null));
    }

    [Fact]
    public void A_refused_key_speaks_for_the_account_and_403_only_when_all_of_several_automations_have_it()
    {
        ApiErrorKind? forbidden = ApiErrorKind.Forbidden;

        Assert.Equal(ApiErrorKind.Unauthorized, Refusal.Of(keyAccepted: false, [null]));
        Assert.Equal(ApiErrorKind.Forbidden, Refusal.Of(keyAccepted: true, [forbidden, forbidden]));
        Assert.Null(Refusal.Of(keyAccepted: true, [forbidden, null]));
        Assert.Null(Refusal.Of(keyAccepted: true, [forbidden]));
        Assert.Null(Refusal.Of(keyAccepted: null, []));
    }

    [Theory]
    [InlineData(nameof(ApiErrorKind.Unauthorized), "does not accept the key")]
    [InlineData(nameof(ApiErrorKind.Forbidden), "forbids every automation")]
    public void What_is_known_is_told_as_the_answer_would_be(string refusal, string words)
    {
        var known = Refusal.Known(Enum.Parse<ApiErrorKind>(refusal));

        Assert.Equal(refusal, known.Kind.ToString());
        Assert.Contains(words, known.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_account_is_asked_once_per_interval()
    {
        var interval = TimeSpan.FromMinutes(5);

        Assert.True(Refusal.MayProbe(lastProbe: null, interval, Noon));
        Assert.False(Refusal.MayProbe(Noon.AddMinutes(-4), interval, Noon));
        Assert.True(Refusal.MayProbe(Noon.AddMinutes(-5), interval, Noon));
    }
}
