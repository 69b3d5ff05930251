using Exporter.History;
using Exporter.Snapshots;
using Exporter.Web.Pages;

namespace Exporter.Tests.Web;

/// <summary>The page of one campaign says what its emails and links are, in words that a stranger understands.</summary>
public sealed class CampaignPageTests
{
    private static readonly LinkComparison Dead = new(
        new EmailKey("s"),
        "0",
        [new ComparedWindow(Some.Noon.AddHours(-1), TimeSpan.FromHours(1), Got: 90, Expected: 104, StandsOut: false)],
        new ComparedWindow(Some.Noon.AddMinutes(-12), TimeSpan.FromMinutes(12), Got: 0, Expected: 84, StandsOut: true)
    );

    [Fact]
    public void The_row_of_a_link_that_stands_out_is_marked_and_says_since_when()
    {
        var page = Page(Some.Automation(), [Row("s", "", "0"), Row("s", "", "1")], [Dead]);

        Assert.Equal(1, page.Split("<tr class=\"low\">").Length - 1);
        Assert.Contains(
            "<div class=\"window low\"><span>since 11:48</span> 0 of 84</div><div class=\"window\"><span>1 h</span> 90 of 104</div>",
            page,
            StringComparison.Ordinal
        );
        Assert.Contains("<span class=\"soft\">not compared</span>", page, StringComparison.Ordinal);
        Assert.Contains("A link is not compared while it is new", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed", "test", "variation 1b9d6bcd…, test phase<small class=\"id\">1b9d6bcd-bbfd")]
    [InlineData("b", "", "variation b<small class=\"id\">b</small>")]
    [InlineData("all", "send", "all variations, send phase</td>")]
    [InlineData("all", "all", "all variations</td>")]
    public void An_email_of_a_single_send_has_a_name_that_can_be_read(string variation, string phase, string name)
    {
        var page = Page(Some.Automation() with { Kind = CampaignKind.SingleSend }, [Row(variation, phase, "0")], []);

        Assert.Contains($"<td class=\"name\">{name}", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Single_sends_say_why_their_links_are_not_compared()
    {
        var page = Page(Some.Automation() with { Kind = CampaignKind.SingleSend }, [Row("all", "all", "0")], []);

        Assert.Contains("Links of Single Sends are not compared", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Clicks of expected", page, StringComparison.Ordinal);
    }

    private static ObservedLink Row(string step, string phase, string location) =>
        new(new EmailKey(step, phase), location, "https://shop.example/", 7);

    private static string Page(CampaignSnapshot campaign, IReadOnlyList<ObservedLink> rows, IReadOnlyList<LinkComparison> compared)
    {
        var data = new CampaignData
        {
            Links = LinkTable.Empty.ApplyWalk([.. rows], new LinksOptions(), Some.Noon),
            Statistics = [.. rows.Select(row => row.Email).Distinct().Select(email => new EmailStatistics(email, [.. new long?[12]]))],
        };
        var polled = campaign with { Health = PollHealth.Untried.Succeeded(Some.Noon, TimeSpan.FromSeconds(1), pages: 1), Data = data };
        return CampaignPage
            .Render(
                polled,
                CampaignStatus.FromCampaign(polled, TimeSpan.FromHours(1), Some.Noon),
                account: null,
                Some.Noon,
                data,
                Sparklines.Of<(EmailKey, string)>([], static (_, _, _, _) => [], Some.Noon, TimeSpan.Zero),
                compared,
                grafana: null
            )
            .ToString();
    }
}
