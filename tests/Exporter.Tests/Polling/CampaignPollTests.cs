using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.SendGrid.Wire;
using Exporter.Snapshots;

namespace Exporter.Tests.Polling;

public sealed class CampaignPollTests
{
    [Fact]
    public void A_404_is_no_data_yet_until_there_were_rows()
    {
        var missing = new ApiError(FailureReason.NotFound, "404");

        Assert.Empty(CampaignPoll.NotFoundAsEmpty<object>(missing, hadRows: false).Value!.Rows);
        Assert.Equal(missing, CampaignPoll.NotFoundAsEmpty<object>(missing, hadRows: true).Error);
    }

    [Fact]
    public void Links_are_absent_when_the_api_did_not_find_them_and_not_when_their_list_is_empty()
    {
        var missing = new ApiError(FailureReason.NotFound, "404");

        Assert.True(IsAbsent(CampaignPoll.NotFoundAsEmpty<AutomationLinkRow>(missing, hadRows: false).Value!));
        Assert.False(IsAbsent(WalkResult<AutomationLinkRow>.None));

        static bool IsAbsent(WalkResult<AutomationLinkRow> links) =>
            CampaignPoll
                .Combine(links, static _ => new EmailKey("step"), WalkResult<StatsRow>.None, static _ => new EmailKey("step"))
                .Value!.IsAbsent;
    }
}
