using Simulator;

namespace Exporter.Tests.Simulator;

/// <summary>What disturbs a world without anything being broken.</summary>
public sealed class NuisanceTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 20, 10, 20, 0, TimeSpan.Zero);

    [Fact]
    public void The_demo_has_none_of_them() =>
        Assert.All(
            World.Create(WorldOptions.Demo(7), Now).Events,
            happening => Assert.True(happening is ClicksCorrected or LinkRateChanged)
        );

    [Fact]
    public void A_rough_world_has_all_of_them_and_they_do_not_depend_on_when_it_is_asked()
    {
        var options = WorldOptions.Rough(1) with { Start = Now.AddDays(-77) };
        var (world, later) = (World.Create(options, Now), World.Create(options, Now.AddDays(3)));
        Assert.Superset(
            new HashSet<Type> { typeof(AnswersChanged), typeof(DeliveriesChanged), typeof(ClicksBurst), typeof(ClicksCorrected) },
            world.Events.Select(happening => happening.GetType()).ToHashSet()
        );
        var id = world.Accounts[0].Automations[0].Id;
        Assert.Equal(world.LinkTotals(id, Now), later.LinkTotals(id, Now));
    }

    [Fact]
    public void Its_scanners_keep_to_some_steps()
    {
        var world = World.Create(WorldOptions.Rough(1), Now);
        var scanned = world.Events.OfType<ClicksBurst>().Select(burst => burst.StepId).Distinct().Count();
        Assert.InRange(scanned, 1, world.Accounts[0].Automations.Sum(automation => automation.Steps.Count) / 2);
    }

    [Fact]
    public void Hourly_reports_move_at_the_full_hour_only_and_agree_with_the_truth_then()
    {
        var prompt = World.Create(WorldOptions.Rough(1) with { FreezesPerMonth = 0 }, Now);
        var hourly = World.Create(WorldOptions.Rough(1) with { FreezesPerMonth = 0, HourlyReports = true }, Now);
        var id = prompt.Accounts[0].Automations[0].Id;
        var hour = Now.AddMinutes(-20);
        Assert.Equal(prompt.LinkTotals(id, hour), hourly.LinkTotals(id, hour));
        Assert.Equal(prompt.LinkTotals(id, hour), hourly.LinkTotals(id, hour.AddMinutes(59)));
        Assert.NotEqual(prompt.LinkTotals(id, hour.AddMinutes(59)), hourly.LinkTotals(id, hour.AddMinutes(59)));
    }

    [Fact]
    public void Reports_that_stand_still_catch_up_afterwards()
    {
        var (prompt, frozen) = (
            World.Create(WorldOptions.Rough(1) with { FreezesPerMonth = 0 }, Now),
            World.Create(WorldOptions.Rough(1) with { FreezesPerMonth = 30 }, Now)
        );
        var (standing, moving) = (0, 0);
        for (var at = Now.AddDays(-7); at < Now; at = at.AddMinutes(10))
        {
            Assert.InRange(frozen.CountedUntil(at), at.AddHours(-9), at);
            Assert.True(frozen.CountedUntil(at.AddMinutes(10)) >= frozen.CountedUntil(at));
            (standing, moving) = frozen.CountedUntil(at) < at ? (standing + 1, moving) : (standing, moving + 1);
        }

        Assert.True(standing > 20 && moving > 20);
        Assert.Equal(Now, prompt.CountedUntil(Now));
    }

    [Fact]
    public void Machines_open_what_is_delivered_even_when_nobody_answers_and_click_nothing()
    {
        var options = WorldOptions.Rough(1) with { ScannedSteps = 0, CorrectionsPerLinkWeek = 0 };
        var world = World.Create(
            options with
            {
                Events = accounts => AnswersChanged.Everywhere(accounts[0], Now.AddDays(-1), factor: 0),
            },
            Now
        );
        foreach (var automation in world.Accounts[0].Automations)
        {
            var (before, after) = (world.StepTotals(automation.Id, Now.AddHours(-20)), world.StepTotals(automation.Id, Now));
            Assert.True(after.Sum(step => step.Stats.Opens) > before.Sum(step => step.Stats.Opens));
            Assert.Equal(before.Select(step => step.Stats.Clicks), after.Select(step => step.Stats.Clicks));
        }
    }
}
