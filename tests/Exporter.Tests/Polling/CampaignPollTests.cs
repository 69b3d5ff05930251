using Exporter.Polling;
using Exporter.SendGrid;
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
}
