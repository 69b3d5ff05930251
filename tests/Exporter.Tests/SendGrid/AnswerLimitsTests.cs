using System.Collections.Immutable;
using System.Text;
using CsCheck;
using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.SendGrid.Wire;
using Exporter.Snapshots;
using Exporter.Tests.Polling;

namespace Exporter.Tests.SendGrid;

/// <summary>Answers that never end, or never repeat themselves, fill no memory: whatever they multiply has a limit.</summary>
public sealed class AnswerLimitsTests
{
    private static readonly Uri Base = new("https://api.sendgrid.com");

    /// <summary>Some rows a page of short texts, and some of long ones.</summary>
    [Theory]
    [InlineData(0, 10)]
    [InlineData(1, 10)]
    [InlineData(1, 100_000)]
    [InlineData(50, 2_000)]
    [InlineData(4_000, 10)]
    [InlineData(49_000, 10)]
    [InlineData(49_000, 200)]
    public void A_list_without_end_is_an_invalid_response_before_it_fills_the_memory(int rowsPerPage, int urlLength)
    {
        var (pages, rows, bytes) = (0, 0, 0L);
        var url = new string('x', urlLength);
        var walk = Run(_ =>
        {
            var text = new StringBuilder("""{"results":[""");
            for (var row = 0; row < rowsPerPage; row++)
            {
                text.Append(row == 0 ? "" : ",").Append($$"""{"step_id":"s","url":"{{url}}","url_location":{{rows + row}},"clicks":1}""");
            }

            text.Append($$"""],"_metadata":{"next":"https://api.sendgrid.com/links?page_token={{pages + 1}}"} }""");
            (pages, rows, bytes) = (pages + 1, rows + rowsPerPage, bytes + text.Length);
            return text.ToString();
        });

        Assert.Equal(FailureReason.InvalidResponse, walk.Error?.Reason);

        // The page that goes beyond a limit is the last one.
        Assert.InRange(pages, 1, AnswerLimits.Pages + 1);
        Assert.InRange(rows, 0, AnswerLimits.Rows + AnswerLimits.PageRows);
        Assert.InRange(bytes, 0, AnswerLimits.Bytes + AnswerLimits.BodyBytes);
    }

    [Fact]
    public void The_names_of_more_steps_than_an_automation_has_are_skipped()
    {
        Assert.Equal(AnswerLimits.Emails, StepsRead(AnswerLimits.Emails));
        Assert.Equal(0, StepsRead(AnswerLimits.Emails + 1));

        static int StepsRead(int steps)
        {
            var list = string.Join(',', Enumerable.Range(0, steps).Select(static step => $$"""{"id":"{{step}}","name":"n"}"""));
            return Assert.Single(UndocumentedNames.Read(Encoding.UTF8.GetBytes($$"""[{"id":"a","steps":[{{list}}]}]"""))!).Steps.Count;
        }
    }

    /// <summary>Every email has series of its own, whether its links or its statistics name it.</summary>
    [Theory]
    [InlineData(AnswerLimits.Emails, 0, true)]
    [InlineData(0, AnswerLimits.Emails, true)]
    [InlineData(AnswerLimits.Emails / 2, AnswerLimits.Emails / 2, true)]
    [InlineData(AnswerLimits.Emails + 1, 0, false)]
    [InlineData(0, AnswerLimits.Emails + 1, false)]
    [InlineData((AnswerLimits.Emails / 2) + 1, AnswerLimits.Emails / 2, false)]
    public void More_emails_than_a_campaign_has_are_an_invalid_response(int ofLinks, int ofStatistics, bool isGood)
    {
        var links = Rows(ofLinks, static step => new AutomationLinkRow { StepId = $"links {step}" });
        var statistics = Rows(
            ofStatistics,
            static step => new StatsRow
            {
                StepId = $"stats {step}",
                Stats = new Statistics { Clicks = 1 },
            }
        );

        var found = CampaignPoll.Combine(links, Email, statistics, Email);

        Assert.Equal(isGood ? null : FailureReason.InvalidResponse, found.Error?.Reason);

        static EmailKey Email(IAutomationRow row) => new(row.StepId!);
        static WalkResult<TRow> Rows<TRow>(int count, Func<int, TRow> row) =>
            new([.. Enumerable.Range(0, count).Select(row)], CountMismatch: false, TotalClicks: null);
    }

    /// <summary>Places that change with every walk.</summary>
    [Fact]
    public void Of_links_that_vanish_walk_after_walk_those_with_most_clicks_are_shown() =>
        Gen.Select(Gen.Int[1, 20], Gen.Long[0, 50].Array[1, 40].Array[1, 10])
            .Sample(
                static (most, walks) =>
                {
                    var options = new LinksOptions { MaxPerCampaign = most };
                    var table = LinkTable.Empty;
                    for (var walk = 0; walk < walks.Length; walk++)
                    {
                        var before = table.Links.Where(static link => link.IsShown).Concat(table.Vanished.Select(static gone => gone.Link));
                        var best = before.Select(static link => link.Clicks).OrderDescending().Take(most).ToList();
                        var rows = walks[walk].Select((clicks, row) => Some.Link("s", $"{walk}-{row}", clicks)).ToImmutableArray();
                        table = table.ApplyWalk(rows, options, Some.Noon);

                        Assert.Equal(best, table.Vanished.Select(static gone => gone.Link.Clicks).OrderDescending());
                    }
                }
            );

    [Fact]
    public void A_list_of_more_campaigns_than_can_be_polled_is_refused_and_those_known_stay()
    {
        var book = AccountBook.Create([Some.AutomationId(1)], discover: true);
        book.Discover([.. Ids("a", 3)], Some.Noon);
        Assert.Equal(4, book.Snapshot.Campaigns.Length);

        book.Discover([.. Ids("a", 3), .. Ids("b", AnswerLimits.Campaigns)], Some.Noon);

        Assert.Equal(4, book.Snapshot.Campaigns.Length);
        Assert.Equal(FailureReason.InvalidResponse, book.Snapshot.Discovery[CampaignKind.Automation].LastReason);
        Assert.All(book.Snapshot.Campaigns, static campaign => Assert.False(campaign.IsDelisted));

        static IEnumerable<string> Ids(string letter, int count) => Enumerable.Range(0, count).Select(number => $"{letter}{number}");
    }

    /// <summary>The limit is on what is polled, and not on what a list replaces.</summary>
    [Fact]
    public void A_list_that_names_all_others_than_before_is_taken_and_those_before_go()
    {
        var book = AccountBook.Create([], discover: true);
        book.Discover([.. Enumerable.Range(0, AnswerLimits.Campaigns).Select(static number => $"a{number}")], Some.Noon);
        book.Discover([.. Enumerable.Range(0, AnswerLimits.Campaigns).Select(static number => $"b{number}")], Some.Noon.AddMinutes(15));

        Assert.Null(book.Snapshot.Discovery[CampaignKind.Automation].LastReason);
        Assert.Equal(AnswerLimits.Campaigns, book.Snapshot.Campaigns.Count(static campaign => campaign.IsDelisted));

        // A list that changes wholly each time does not fill the memory, and does not end discovery for good.
        book.Discover([.. Enumerable.Range(0, AnswerLimits.Campaigns).Select(static number => $"c{number}")], Some.Noon.AddMinutes(30));
        Assert.Equal(FailureReason.InvalidResponse, book.Snapshot.Discovery[CampaignKind.Automation].LastReason);
        book.DropAgedOut(Some.Noon.AddMinutes(80));
        book.Discover([.. Enumerable.Range(0, AnswerLimits.Campaigns).Select(static number => $"c{number}")], Some.Noon.AddMinutes(80));
        Assert.Null(book.Snapshot.Discovery[CampaignKind.Automation].LastReason);
    }

    private static ApiResult<WalkResult<AutomationLinkRow>> Run(Func<Uri, string> page)
    {
        using var attempt = Clients.Attempt();
        var running = new PageWalk<StatisticsPage<AutomationLinkRow>, AutomationLinkRow>(
            uri => Task.FromResult(new ApiResponse(Encoding.UTF8.GetBytes(page(uri)), Error: null)),
            Base,
            attempt
        ).RunAsync(new(ApiEndpoint.AutomationLinks, _ => new Uri(Base, "/links"), WireJson.Default.AutomationLinks), new PageSize(50));
        Assert.True(running.IsCompletedSuccessfully);
        return running.GetAwaiter().GetResult();
    }
}
