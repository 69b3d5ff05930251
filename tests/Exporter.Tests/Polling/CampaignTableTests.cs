using CsCheck;
using Exporter.Polling;
using Exporter.Snapshots;

namespace Exporter.Tests.Polling;

public sealed class CampaignTableTests
{
    /// <summary>Whatever happens to it, it answers as a table that is built from its campaigns.</summary>
    [Fact]
    public void A_table_that_was_changed_step_by_step_is_the_one_that_is_built_at_once() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 9], Gen.Int[0, 20])
            .List[0, 40]
            .Sample(steps =>
            {
                var table = CampaignTable.Create(Enumerable.Range(0, 6).Select(static number => Campaign($"c{number}", number % 2)));
                var now = Some.Noon;
                foreach (var (which, what, how) in steps)
                {
                    var campaign = table.All.ElementAt(which);
                    now = now.AddSeconds(how);
                    table = table.Set(Changed(campaign, what, how, now)).Ripen(now);
                    Assert.Equal(Answers(CampaignTable.Create(table.All).Ripen(now), now), Answers(table, now));
                }
            });

    [Fact]
    public void A_campaign_that_was_removed_and_added_again_is_another_one()
    {
        var before = Campaign("a");
        var table = CampaignTable.Create([before with { Number = 7 }]);

        Assert.Null(table.Find(before));
        Assert.NotNull(table.Find(before.Key));
    }

    [Fact]
    public void One_that_does_not_change_stays_the_same_object()
    {
        var table = CampaignTable.Create([Campaign("a"), Campaign("b")]);
        var (a, b) = (table.Snapshots[0], table.Snapshots[1]);

        table = table.Set(table.All.First() with { Due = Some.Noon.AddMinutes(1) });

        Assert.NotSame(a, table.Snapshots[0]);
        Assert.Same(b, table.Snapshots[1]);
        Assert.Same(table, table.Map(static campaign => campaign));
    }

    /// <summary>
    /// Automations, Single Sends and lists share the requests in flight: of those that hang, whatever they are, one less runs than
    /// there are places, as long as anything is well.
    /// </summary>
    [Fact]
    public void What_hangs_never_has_all_places_whatever_kinds_it_is_of() =>
        Gen.Select(Gen.Select(Gen.Int[0, 1], Gen.Bool, Gen.Bool).Array[1, 12], Gen.Int[1, 4], Gen.Int[0, 2])
            .Sample(
                (campaigns, places, lists) =>
                {
                    var table = CampaignTable
                        .Create(
                            campaigns.Select(
                                (each, number) =>
                                    Campaign($"c{number}", each.Item1) with
                                    {
                                        IsHanging = each.Item2,
                                        IsRunning = each.Item2 && each.Item3 && number < 1,
                                    }
                            )
                        )
                        .Ripen(Some.Noon.AddDays(1));
                    var ready = table.Ready(places, lists);
                    var running = table.All.Count(static campaign => campaign is { IsHanging: true, IsRunning: true }) + lists;
                    var started = ready.Count(static campaign => campaign.IsHanging);
                    var most = table.All.All(static campaign => campaign.IsHanging) ? places : Math.Max(1, places - 1);
                    Assert.True(started == 0 || started + running <= most);
                    Assert.Equal(ready.Count > 0, table.NextDue(places, lists) <= Some.Noon.AddDays(1));
                }
            );

    private static CampaignState Changed(CampaignState campaign, int what, int how, DateTimeOffset now) =>
        what switch
        {
            0 => campaign with { Due = now.AddSeconds(how - 10) },
            1 => campaign with { IsRunning = true, LastStarted = now },
            2 => campaign with { IsRunning = false, Due = now.AddSeconds(how) },
            3 => campaign with { DelistedAt = campaign.IsDelisted ? null : now },
            4 => campaign with { PagesPerPoll = how },
            5 => campaign with
            {
                Snapshot = campaign.Snapshot with
                {
                    Health = campaign.Snapshot.Health.Failed(
                        now,
                        TimeSpan.Zero,
                        0,
                        new Failure(how % 2 == 0 ? FailureReason.Forbidden : FailureReason.Timeout, FailureCause.NoAnswer, "")
                    ),
                },
            },
            6 => campaign with { Snapshot = campaign.Snapshot with { Health = campaign.Snapshot.Health.Succeeded(now, TimeSpan.Zero, 1) } },
            7 => campaign with { IsHanging = how % 3 > 0, Due = now.AddSeconds(how - 10) },
            8 => campaign with
            {
                Snapshot = campaign.Snapshot with
                {
                    Data = how % 4 == 0 ? null : new CampaignData { Links = LinkTable.Empty.ApplyWalk([], new LinksOptions(), now) },
                    Interval = TimeSpan.FromSeconds(1 + how),
                },
            },
            _ => campaign,
        };

    private static string Answers(CampaignTable table, DateTimeOffset now) =>
        string.Join(
            '\n',
            string.Join(' ', table.Ready(places: 2, hangingLists: 0).Select(static campaign => campaign.Id)),
            string.Join(' ', table.Startable(places: 2, hangingLists: 0).Select(static campaign => campaign.Id)),
            string.Join(' ', table.Gone.Select(static campaign => campaign.Id)),
            string.Join(' ', table.All.Select(campaign => $"{table.NextInGrid(campaign, Some.Noon, now):O}")),
            string.Join(
                ' ',
                table.Snapshots.Select(static seen => $"{seen.Id} {seen.NextPoll:O} {seen.IsDelisted} {seen.Health.Attempts}")
            ),
            string.Join(' ', table.WithUnknownLandingPages.Select(static campaign => campaign.Id)),
            table.ListedCount,
            table.AreAllForbidden,
            table.UtilizationOf(new Exporter.SendGrid.RateLimits.RateOptions()),
            table.NextDue(places: 2, hangingLists: 0) > now ? $"{table.NextDue(places: 2, hangingLists: 0):O}" : "now"
        );

    private static CampaignState Campaign(string id, int kind = 0) =>
        CampaignState.Create(CampaignDefinition.Discovered((CampaignKind)kind, id, TimeSpan.FromMinutes(5)), number: 0, Some.Noon);
}
