using System.Collections.Immutable;
using Exporter.Polling;

namespace Exporter.Tests.Polling;

public sealed class CampaignQueueTests
{
    [Fact]
    public void Those_left_longest_are_started_first_and_none_twice()
    {
        var never = Campaign("never");
        var longAgo = Campaign("long ago") with { LastStarted = Some.Noon.AddHours(-2) };
        var lately = Campaign("lately") with { LastStarted = Some.Noon.AddHours(-1) };
        var running = Campaign("running") with { LastStarted = Some.Noon.AddHours(-3), IsRunning = true };
        var later = Campaign("later") with { Due = Some.Noon.AddSeconds(1) };

        Assert.Equal(["never", "long ago"], Ready(places: 3, lately, running, longAgo, later, never));
        Assert.Empty(Ready(places: 1, lately, running, longAgo, later, never));
    }

    [Fact]
    public void Those_that_hang_come_after_the_others_and_leave_a_place_free()
    {
        var hanging = Campaign("hanging") with { LastStarted = Some.Noon.AddMinutes(-30), IsHanging = true };
        var another = Campaign("another") with { LastStarted = Some.Noon.AddMinutes(-20), IsHanging = true };
        var forgotten = Campaign("forgotten") with { LastStarted = Some.Noon.AddHours(-2), IsHanging = true };
        var well = Campaign("well") with { LastStarted = Some.Noon.AddMinutes(-5) };
        var later = Campaign("later") with { Due = Some.Noon.AddMinutes(1) };

        Assert.Equal(["well"], Ready(places: 1, hanging, another, well, later));
        Assert.Equal(["well", "hanging"], Ready(places: 3, hanging, well));
        Assert.Equal(["hanging", "another"], Ready(places: 3, hanging, another, later));
        Assert.Equal(["forgotten"], Ready(places: 1, hanging, well, forgotten));
        Assert.Equal(["hanging", "another"], Ready(places: 2, hanging, another));

        ImmutableList<CampaignState> all = [hanging with { IsRunning = true }, another, later];
        var full = CampaignQueue.Create(all.Index()).Ripen(Some.Noon, all);
        Assert.Empty(full.Ready(places: 2, ForHanging(full, places: 2)));
        Assert.Equal(later.Due, full.NextDue(places: 2, ForHanging(full, places: 2), all));
    }

    /// <summary>Polls that begin when the queue says so, and end well, badly or not for long.</summary>
    [Fact]
    public void Whatever_the_polls_do_places_are_kept_to_and_used_and_the_hanging_never_have_all_of_them()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var places = random.Next(1, 5);
            ImmutableList<CampaignState> all =
            [
                .. Enumerable.Range(0, random.Next(1, 9)).Select(number => Campaign($"{number}") with { IsHanging = random.Next(3) == 0 }),
            ];
            var (queue, now) = (CampaignQueue.Create(all.Index()), Some.Noon);
            for (var step = 0; step < 60; step++)
            {
                now = now.AddSeconds(random.Next(90));
                queue = queue.Ripen(now, all);
                var ready = queue.Ready(places, ForHanging(queue, places));
                Check(all, ready, places, now);
                Assert.True(
                    ready.Count > 0 == queue.NextDue(places, ForHanging(queue, places), all) <= now,
                    $"seed {seed}, step {step}: nobody would look"
                );

                foreach (var index in ready)
                {
                    Set(index, all[index] with { IsRunning = true, LastStarted = now });
                }

                foreach (var (index, _) in all.Index().Where(each => each.Item.IsRunning && random.Next(3) == 0).ToList())
                {
                    var (hangs, delisted) = (random.Next(3) == 0, random.Next(20) == 0);
                    Set(
                        index,
                        all[index] with
                        {
                            IsRunning = false,
                            IsHanging = hangs,
                            Due = now.AddMinutes(5),
                            DelistedAt = delisted ? now : null,
                        }
                    );
                }
            }

            void Set(int index, CampaignState next)
            {
                queue = queue.Replace(index, all[index], next);
                all = all.SetItem(index, next);
            }
        }
    }

    private static void Check(ImmutableList<CampaignState> all, IReadOnlyList<int> ready, int places, DateTimeOffset now)
    {
        List<CampaignState> started = [.. ready.Select(index => all[index])];
        Assert.Equal(ready, ready.Distinct());
        Assert.All(started, campaign => Assert.True(campaign.IsWaiting && campaign.Due <= now));

        List<CampaignState> busy = [.. all.Where(static campaign => campaign.IsRunning), .. started];
        var forHanging = all.Exists(static campaign => !campaign.IsDelisted && !campaign.IsHanging) ? Math.Max(1, places - 1) : places;
        Assert.InRange(busy.Count, 0, places);

        // One that began to hang while it ran may be over; none is added to it then.
        Assert.True(
            !started.Exists(static campaign => campaign.IsHanging) || busy.Count(static campaign => campaign.IsHanging) <= forHanging
        );

        var left = all.Where(campaign => campaign.IsWaiting && campaign.Due <= now).Except(started).ToList();
        Assert.True(
            busy.Count == places
                || left.Count == 0
                || (
                    left.TrueForAll(static campaign => campaign.IsHanging)
                    && busy.Count(static campaign => campaign.IsHanging) >= forHanging
                )
        );
    }

    /// <summary>The free places for those that hang, when nothing else shares them.</summary>
    private static int ForHanging(CampaignQueue queue, int places) =>
        Math.Max(0, (queue.Hanging < queue.Polled ? Math.Max(1, places - 1) : places) - queue.RunningHanging);

    private static IReadOnlyList<string> Ready(int places, params ImmutableList<CampaignState> all)
    {
        var queue = CampaignQueue.Create(all.Index()).Ripen(Some.Noon, all);
        return [.. queue.Ready(places, ForHanging(queue, places)).Select(index => all[index].Id)];
    }

    private static CampaignState Campaign(string id) =>
        CampaignState.Create(
            CampaignDefinition.Discovered(Exporter.Snapshots.CampaignKind.Automation, id, TimeSpan.FromMinutes(5)),
            number: 0,
            Some.Noon
        );
}
