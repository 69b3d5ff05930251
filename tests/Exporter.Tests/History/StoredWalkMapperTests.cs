using Exporter.History;
using Exporter.Polling;
using Exporter.Snapshots;

namespace Exporter.Tests.History;

/// <summary>A walk comes back from the store as it was, and shows no more than it may.</summary>
public sealed class StoredWalkMapperTests : StoreTests
{
    [Fact]
    public async Task What_was_saved_comes_back_as_it_was()
    {
        var links = LinkTable
            .Empty.ApplyWalk([Row("0", 5), Row("1", 2), Row("2", 1)], new LinksOptions(), Noon.AddMinutes(-10))
            .ApplyWalk([Row("0", 7), Row("1", 2)], new LinksOptions(), Noon);
        var saved = Campaign(links) with
        {
            Data = new CampaignData
            {
                Links = links,
                ReportedClicks = 9,
                CountMismatch = true,
                Statistics = [new EmailStatistics(new EmailKey("step"), [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1])],
            },
        };
        await SaveAsync(saved);

        var restored = Assert.Single(Restored());

        Assert.Equal(
            (saved.Kind, saved.Id, saved.Health.LastSuccess, true),
            (restored.Kind, restored.Id, restored.Health.LastSuccess, restored.Health.Up)
        );
        Assert.True(restored.Data!.HasSameNumbersAs(saved.Data));
        Assert.Equal((9L, true), (restored.Data.ReportedClicks, restored.Data.CountMismatch));
        Assert.Equal(
            links.Links.Select(link => (link.LastIncrease, link.Urls[0])),
            restored.Data.Links.Links.Select(link => (link.LastIncrease, link.Urls[0]))
        );
        Assert.Equal(links.Vanished[0].ShownUntil, Assert.Single(restored.Data.Links.Vanished).ShownUntil);
    }

    [Fact]
    public async Task A_number_that_is_not_known_stays_unknown_and_a_program_from_before_passes_over_its_email()
    {
        var (whole, partial) = (
            new EmailStatistics(new EmailKey("b"), [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]),
            new EmailStatistics(new EmailKey("a"), [12, null, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1])
        );
        var campaign = Campaign(Links(("0", 5)));
        campaign = campaign with { Data = campaign.Data! with { Statistics = [partial, whole] } };
        await SaveAsync(campaign);

        Assert.True(Assert.Single(Restored()).Data!.HasSameNumbersAs(campaign.Data));
        Assert.DoesNotContain(
            StoredWalkMapper.Totals(StoredWalkMapper.ToStored(campaign, campaign.Data)).Keys,
            key => key is { First: "a", What: "delivered" }
        );
        Assert.Equal(["b"], StoredWalkMapper.ToStored(campaign, campaign.Data).Statistics.Select(email => email.First));
    }

    [Fact]
    public async Task Accounts_do_not_mix()
    {
        await SaveAsync(Campaign(Links(("0", 5))));

        foreach (
            var other in (AccountIdentity[])
                [Main with { Name = "shop" }, Main with { BaseUrl = "https://api.eu.sendgrid.com" }, Main with { OnBehalfOf = "sub" }]
        )
        {
            using var service = Service(accounts: other);
            Assert.Empty(LastRestored[0].Campaigns);
        }
    }

    [Theory]
    [InlineData(nameof(UrlDisplay.Path), nameof(UrlDisplay.None), null)]
    [InlineData(nameof(UrlDisplay.Path), nameof(UrlDisplay.Host), "shop.example")]
    [InlineData(nameof(UrlDisplay.Full), nameof(UrlDisplay.Path), "https://shop.example/0")]
    [InlineData(nameof(UrlDisplay.Host), nameof(UrlDisplay.Full), "shop.example")]
    [InlineData(nameof(UrlDisplay.Host), nameof(UrlDisplay.Host), "shop.example")]
    public async Task A_stored_url_shows_no_more_than_was_and_is_allowed(string then, string now, string? shown)
    {
        var options = new LinksOptions { Url = Enum.Parse<UrlDisplay>(then) };
        await SaveAsync(Campaign(LinkTable.Empty.ApplyWalk([Row("0", 1)], options, Noon)));
        using var service = Service();

        var plan = Some.Plan(Some.Account(), links: new LinksOptions { Url = Enum.Parse<UrlDisplay>(now) });
        var restored = SavedCampaigns.Read(LastRestored[0], plan, Noon);

        Assert.Equal(shown is null ? [] : [shown], Assert.Single(restored.Waiting).Data!.Links.Links[0].Urls);
    }
}
