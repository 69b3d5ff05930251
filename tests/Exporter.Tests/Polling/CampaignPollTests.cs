using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.SendGrid.Wire;
using Exporter.Snapshots;

namespace Exporter.Tests.Polling;

public sealed class CampaignPollTests
{
    /// <summary>What is known may change while the API is asked.</summary>
    [Fact]
    public void A_404_is_no_data_yet_until_there_were_rows_when_it_is_applied()
    {
        var missing = new ApiError(FailureReason.NotFound, "404");
        Assert.Empty(CampaignPoll.NotFoundAsEmpty<object>(missing).Value!.Rows);
        var links = new PollFindings([], ReportedClicks: null, CountMismatch: false, []) { LinksNotFound = missing };
        var statistics = new PollFindings([], ReportedClicks: null, CountMismatch: false, []) { StatisticsNotFound = missing };

        Assert.Equal((true, true), (IsFound(links, known: null), IsFound(statistics, known: null)));
        Assert.Equal(
            (true, true),
            (
                IsFound(links, new CampaignData { Links = LinkTable.Empty }),
                IsFound(statistics, new CampaignData { Links = LinkTable.Empty })
            )
        );
        Assert.Equal((false, true), (IsFound(links, Had(links: true)), IsFound(statistics, Had(links: true))));
        Assert.Equal((true, false), (IsFound(links, Had(links: false)), IsFound(statistics, Had(links: false))));

        static CampaignData Had(bool links) =>
            new()
            {
                Links = LinkTable.Empty,
                HadLinks = links,
                HadStatistics = !links,
            };
        static bool IsFound(PollFindings found, CampaignData? known) =>
            new PollOutcome(found, Error: null, Pages: 0, TimeSpan.Zero).JudgedBy(known) is { Found: not null, Error: null };
    }

    [Fact]
    public void Links_are_absent_when_the_api_did_not_find_them_and_not_when_their_list_is_empty()
    {
        var missing = new ApiError(FailureReason.NotFound, "404");

        Assert.True(IsAbsent(CampaignPoll.NotFoundAsEmpty<AutomationLinkRow>(missing).Value!));
        Assert.False(IsAbsent(WalkResult<AutomationLinkRow>.None));

        static bool IsAbsent(WalkResult<AutomationLinkRow> links) =>
            CampaignPoll
                .Combine(links, static _ => new EmailKey("step"), WalkResult<StatsRow>.None, static _ => new EmailKey("step"))
                .Value!.LinksNotFound
                is not null;
    }
}
