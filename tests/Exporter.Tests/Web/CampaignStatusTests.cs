using Exporter.Snapshots;
using Exporter.Tests.Snapshots;
using Exporter.Web.Pages;

namespace Exporter.Tests.Web;

public sealed class CampaignStatusTests
{
    private static readonly PollHealth Good = PollHealth.Untried.Succeeded(Some.Noon, TimeSpan.FromSeconds(1), 2);
    private static readonly PollHealth Refused = PollHealth.Untried.Failed(
        Some.Noon,
        TimeSpan.Zero,
        0,
        Failures.Of(FailureReason.Unauthorized, "the API does not accept the key")
    );

    [Fact]
    public void A_campaign_is_good_while_its_last_poll_was_and_failing_while_what_it_found_is_served()
    {
        var (early, late) = (Some.Noon.AddMinutes(59), Some.Noon.AddMinutes(61));
        var failed = Good.Failed(early, TimeSpan.Zero, 0, Failures.Of(FailureReason.Unavailable, "503: the API is in trouble"));

        Assert.Equal("good", StateOf(Campaign(Good), early));
        Assert.Equal("failing", StateOf(Campaign(failed), early));
        Assert.Equal("stale", StateOf(Campaign(failed), late));
        Assert.Equal("stale", StateOf(Campaign(Good), late));
        Assert.Equal("waiting", StateOf(Campaign(PollHealth.Untried) with { Data = null }, early));
        Assert.Equal("stale", StateOf(Campaign(Refused) with { Data = null }, early));
    }

    [Fact]
    public void What_is_too_old_to_be_served_has_no_numbers()
    {
        Assert.Equal((1, 7L), (Status(Campaign(Good), Some.Noon).Links, Status(Campaign(Good), Some.Noon).Clicks));
        Assert.Null(Status(Campaign(Good), Some.Noon.AddHours(2)).Links);
        Assert.Null(Status(Campaign(Good), Some.Noon.AddHours(2)).Clicks);
    }

    private static string StateOf(CampaignSnapshot campaign, DateTimeOffset now) => PageLayout.Class(Status(campaign, now).State);

    private static CampaignStatus Status(CampaignSnapshot campaign, DateTimeOffset now) =>
        CampaignStatus.FromCampaign(campaign, TimeSpan.FromHours(1), now);

    private static CampaignSnapshot Campaign(PollHealth health) =>
        Some.Automation() with
        {
            Health = health,
            Data = new CampaignData { Links = LinkTable.Empty.ApplyWalk([Some.Link(clicks: 7)], new LinksOptions(), Some.Noon) },
        };
}
