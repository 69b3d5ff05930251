using Simulator;

namespace Exporter.Tests.Simulator;

public sealed class WorldTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 20, 10, 20, 0, TimeSpan.Zero);

    [Fact]
    public void The_same_seed_gives_the_same_world_to_the_last_click()
    {
        var (one, two) = (World.Create(WorldOptions.Several(5), Now), World.Create(WorldOptions.Several(5), Now));
        Assert.Equal(Keys(one), Keys(two));
        Assert.NotEqual(Keys(one), Keys(World.Create(WorldOptions.Several(6), Now)));
        foreach (var automation in one.Accounts.SelectMany(account => account.Automations))
        {
            // Asked in another order: what was asked before must not matter.
            _ = two.LinkTotals(automation.Id, Now.AddDays(3));
            Assert.Equal(one.LinkTotals(automation.Id, Now), two.LinkTotals(automation.Id, Now));
            Assert.Equal(one.StepTotals(automation.Id, Now), two.StepTotals(automation.Id, Now));
        }
    }

    [Fact]
    public void Totals_never_fall_when_nothing_is_corrected()
    {
        var world = World.Create(WorldOptions.Demo(3) with { CorrectionsPerLinkWeek = 0 }, Now);
        foreach (var automation in world.Accounts[0].Automations)
        {
            var last = Clicks(world, automation.Id, world.Start);
            for (var at = Now.AddHours(-30); at < Now.AddHours(3); at = at.AddMinutes(7))
            {
                var clicks = Clicks(world, automation.Id, at);
                Assert.All(last, before => Assert.True(clicks[before.Key] >= before.Value, $"{before.Key} fell"));
                last = clicks;
            }
        }
    }

    [Fact]
    public void A_correction_lowers_a_total_a_little_and_only_then()
    {
        var world = World.Create(WorldOptions.Demo(3, TimeSpan.Zero), Now);
        var correction = world.Events.OfType<ClicksCorrected>().First(e => e.At > world.Start.AddDays(20) && Volume(world, e) > 100);
        var (before, after) = (One(world, correction, correction.At.AddTicks(-1)), One(world, correction, correction.At));
        Assert.InRange(before - after, 1, before / 50);
        Assert.True(One(world, correction, correction.At.AddDays(2)) > after);
    }

    [Fact]
    public void Links_move_within_a_minute_in_the_demo()
    {
        var world = World.Create(WorldOptions.Demo(), Now);
        Assert.True(Sum(world, Now.AddMinutes(1)) > Sum(world, Now));
    }

    [Theory]
    [InlineData("UTC")]
    [InlineData("America/Chicago")]
    public void Days_sum_up_to_the_totals_also_when_clicks_were_corrected(string zone)
    {
        var world = World.Create(WorldOptions.Demo(11) with { CorrectionsPerLinkWeek = 0.5 }, Now);
        foreach (var automation in world.Accounts[0].Automations)
        {
            var days = world.StepDays(automation.Id, DateOnly.MinValue, DateOnly.MaxValue, TimeZoneInfo.FindSystemTimeZoneById(zone), Now);
            Assert.All(days, day => Assert.All(day.Stats.ByName, number => Assert.True(number.Value >= 0, $"{day}")));
            foreach (var total in world.StepTotals(automation.Id, Now))
            {
                Assert.Equal(total.Stats, days.Where(day => day.StepId == total.StepId).Select(day => day.Stats).Aggregate(Statistics.Add));
            }
        }
    }

    [Fact]
    public void A_steps_clicks_are_the_sum_of_its_links()
    {
        var world = World.Create(WorldOptions.Demo(2), Now);
        foreach (var automation in world.Accounts[0].Automations)
        {
            var links = world.LinkTotals(automation.Id, Now);
            Assert.All(
                world.StepTotals(automation.Id, Now),
                step => Assert.Equal(step.Stats.Clicks, links.Where(link => link.StepId == step.StepId).Sum(link => link.Clicks))
            );
        }
    }

    [Fact]
    public void The_twelve_numbers_fit_together()
    {
        var world = World.Create(WorldOptions.Demo(2), Now);
        Assert.All(
            world.Accounts[0].Automations.SelectMany(a => world.StepTotals(a.Id, Now)),
            total =>
            {
                var stats = total.Stats;
                Assert.Equal(
                    stats.Requests,
                    stats.Delivered + stats.Bounces + stats.BounceDrops + stats.InvalidEmails + stats.SpamReportDrops
                );
                Assert.InRange(stats.UniqueOpens, stats.UniqueClicks, stats.Opens);
                Assert.InRange(stats.UniqueClicks, 1, stats.Clicks);
                Assert.InRange(stats.Opens, stats.Clicks, stats.Delivered);
            }
        );
    }

    [Fact]
    public void The_demo_announces_the_link_that_breaks_and_its_siblings_go_on()
    {
        var world = World.Create(WorldOptions.Demo(7, TimeSpan.FromMinutes(3)), Now);
        var broken = world.BrokenLink!;
        Assert.Equal(Now.AddMinutes(3), broken.At);
        var (before, after) = (Step(broken.At), Step(broken.At.AddHours(2)));
        Assert.Equal(before[broken.Location], after[broken.Location]);
        Assert.True(Step(Now)[broken.Location] < before[broken.Location], "it is clicked until it breaks");
        Assert.All(before.Where(link => link.Key != broken.Location), link => Assert.True(after[link.Key] > link.Value));

        Dictionary<int, long> Step(DateTimeOffset at) =>
            world
                .LinkTotals(broken.AutomationId, at)
                .Where(link => link.StepId == broken.StepId)
                .ToDictionary(link => link.Location, link => link.Clicks);
    }

    [Fact]
    public void Links_of_a_sized_world_are_all_clicked()
    {
        var world = World.Create(WorldOptions.Sized(2, 3, 4, 5), Now);
        Assert.Equal(2, world.Accounts.Count);
        Assert.All(
            world.Accounts.SelectMany(account => account.Automations),
            automation => Assert.Equal(20, world.LinkTotals(automation.Id, Now).Count)
        );
    }

    private static string[] Keys(World world) => [.. world.Accounts.Select(account => account.ApiKey)];

    private static Dictionary<string, long> Clicks(World world, string automation, DateTimeOffset at) =>
        world.LinkTotals(automation, at).ToDictionary(link => $"{link.StepId} {link.Location} {link.Url}", link => link.Clicks);

    private static long Sum(World world, DateTimeOffset at) =>
        world.Accounts[0].Automations.Sum(automation => world.LinkTotals(automation.Id, at).Sum(link => link.Clicks));

    private static double Volume(World world, ClicksCorrected correction) =>
        world
            .Accounts[0]
            .Automations.SelectMany(automation => automation.Steps)
            .First(step => step.Id == correction.StepId)
            .Links[correction.Location]
            .ClicksPerHour;

    private static long One(World world, ClicksCorrected correction, DateTimeOffset at) =>
        world
            .LinkTotals(correction.CampaignId, at)
            .Single(link => link.StepId == correction.StepId && link.Location == correction.Location)
            .Clicks;
}
