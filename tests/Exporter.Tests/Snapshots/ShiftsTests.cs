using CsCheck;
using Exporter.Polling;
using Exporter.SendGrid.Wire;
using Exporter.Snapshots;

namespace Exporter.Tests.Snapshots;

public sealed class ShiftsTests
{
    /// <summary>The API names moments, such as the year 1 for one that is not set; a clock may be set by any length of time.</summary>
    [Fact]
    public void Any_moment_is_shifted_by_any_time_and_stops_at_the_ends_of_the_calendar()
    {
        var most = DateTimeOffset.MaxValue.Ticks;
        Gen.Select(
                Gen.OneOf(Gen.Long[0, most], Gen.Const(0L), Gen.Const(1L), Gen.Const(most)),
                Gen.OneOf(Gen.Long, Gen.Long[-100, 100], Gen.Const(long.MinValue), Gen.Const(long.MaxValue))
            )
            .Sample(
                (ticks, by) =>
                {
                    var shifted = new DateTimeOffset(ticks, TimeSpan.Zero).ShiftedBy(new TimeSpan(by));
                    Assert.Equal(Int128.Clamp((Int128)ticks + by, 0, most), shifted.Ticks);
                }
            );
        Assert.Null(((DateTimeOffset?)null).ShiftedBy(TimeSpan.FromHours(1)));
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z", false)]
    [InlineData("0001-01-01T00:00:00+14:00", false)]
    [InlineData("1970-01-01T00:00:00Z", false)]
    [InlineData("9999-12-31T23:59:59Z", true)]
    [InlineData("2026-11-01T08:00:00Z", true)]
    public void A_send_time_that_stands_for_none_is_none(string text, bool isTold)
    {
        var listed = ListedCampaign.FromRow(new CampaignListRow { Id = "a", SendAt = text });

        Assert.Equal(isTold, listed.SentAt is not null);
        var campaign = CampaignState.Create(
            CampaignDefinition.Discovered(CampaignKind.SingleSend, "a", TimeSpan.FromMinutes(5)),
            number: 0,
            Some.Noon
        );
        campaign = campaign with
        {
            Snapshot = campaign.Snapshot with { SentAt = listed.SentAt },
            LastChange = listed.SentAt is { } at ? new ChangeTime(at, IsSaved: false) : null,
        };
        Assert.NotNull(campaign.ShiftBy(TimeSpan.FromDays(-900_000), Some.Noon).ShiftBy(TimeSpan.FromDays(1_000_000), Some.Noon));
    }
}
