using Exporter.Polling;
using Exporter.SendGrid.Wire;
using Exporter.Snapshots;

namespace Exporter.Tests.Polling;

public sealed class ListDifferenceTests
{
    private static readonly string A = Some.AutomationId(1);
    private static readonly string B = Some.AutomationId(2);
    private static readonly string C = Some.AutomationId(3);

    [Fact]
    public void New_ids_are_added_in_a_stable_order_and_missing_ones_are_gone()
    {
        var change = Compare([C, B], [Polled(A)]);

        Assert.Equal([B, C], change.New.Select(campaign => campaign.Id));
        Assert.Equal(A, Assert.Single(change.Gone).Id);
        Assert.Empty(change.Back);
    }

    [Fact]
    public void A_configured_automation_is_never_gone()
    {
        var configured = CampaignState.Create(
            new CampaignDefinition(CampaignKind.Automation, A, "a", TimeSpan.FromMinutes(5)) { IsConfigured = true },
            number: 0,
            Some.Noon
        );

        Assert.Empty(Compare([], [configured]).Gone);
    }

    [Fact]
    public void What_is_excluded_is_left_out_and_case_does_not_matter()
    {
        var change = Compare([B.ToUpperInvariant(), A.ToUpperInvariant(), A], [Polled(A)], exclude: B);

        Assert.Empty(change.New);
        Assert.Empty(change.Gone);
    }

    [Fact]
    public void One_that_is_listed_again_comes_back()
    {
        var gone = Polled(A) with { DelistedAt = Some.Noon };

        var change = Compare([A], [gone]);

        Assert.Same(gone, Assert.Single(change.Back));
        Assert.Empty(change.New);
    }

    [Theory]
    [InlineData("triggered", "2025-12-25T00:00:00Z", true)]
    [InlineData("In Progress", "2025-12-25T00:00:00Z", true)]
    [InlineData("triggered", "2025-12-01T00:00:00.000Z", false)]
    [InlineData("scheduled", "2026-01-02T00:00:00Z", false)]
    [InlineData("triggered", "now", true)]
    [InlineData("Triggered", null, true)]
    [InlineData("draft", "soon", false)]
    [InlineData("draft", null, false)]
    [InlineData(null, null, false)]
    public void Single_Sends_that_were_sent_lately_or_nobody_knows_when_are_polled(string? status, string? sendAt, bool polled) =>
        Assert.Equal(
            polled,
            ListedCampaign
                .FromRow(
                    new CampaignListRow
                    {
                        Id = A,
                        Status = status,
                        SendAt = sendAt,
                    }
                )
                .WasSentWithin(TimeSpan.FromDays(30), Some.Noon)
        );

    private static CampaignState Polled(string id) =>
        CampaignState.Create(CampaignDefinition.Discovered(CampaignKind.Automation, id, TimeSpan.FromMinutes(5)), number: 0, Some.Noon);

    private static ListDifference Compare(string[] listed, CampaignState[] polled, params string[] exclude)
    {
        var account = new AccountOptions
        {
            Api = Some.Api,
            Automations = new AutomationsOptions { Discover = true, Exclude = [.. exclude] },
        };
        var rows = listed.Select(id => new ListedCampaign(id));
        return ListDifference.Compare(ListDifference.FindWanted(CampaignKind.Automation, rows, account, Some.Noon), polled);
    }
}
