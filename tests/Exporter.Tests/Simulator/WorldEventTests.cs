using Simulator;

namespace Exporter.Tests.Simulator;

public sealed class WorldEventTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 20, 10, 20, 0, TimeSpan.Zero);

    private readonly World _world = World.Create(WorldOptions.Demo(7, TimeSpan.Zero) with { CorrectionsPerLinkWeek = 0 }, Now);

    private SimulatedAutomation Automation => _world.Accounts[0].Automations[0];

    private SimulatedStep Step => Automation.Steps[0];

    [Fact]
    public void A_dead_link_keeps_its_total()
    {
        _world.Add(new LinkRateChanged(Now, Automation.Id, Step.Id, Location: 1, Factor: 0));
        Assert.Equal(Clicks(1, Now), Clicks(1, Now.AddDays(5)));
        Assert.True(Clicks(0, Now.AddDays(5)) > Clicks(0, Now));
    }

    [Fact]
    public void A_halved_link_gets_about_half_of_the_clicks()
    {
        var whole = Clicks(1, Now.AddDays(7)) - Clicks(1, Now);
        _world.Add(new LinkRateChanged(Now, Automation.Id, Step.Id, Location: 1, Factor: 0.5));
        Assert.InRange(Clicks(1, Now.AddDays(7)) - Clicks(1, Now), whole * 0.45, whole * 0.55);
    }

    [Fact]
    public void A_new_link_has_a_row_from_its_first_click_on()
    {
        _world.Add(new LinkAdded(Now, Automation.Id, Step.Id, 9, "https://shop.example/new", ClicksPerHour: 50));
        Assert.DoesNotContain(_world.LinkTotals(Automation.Id, Now), link => link.Location == 9);
        Assert.True(Clicks(9, Now.AddHours(5)) > 0);
    }

    [Fact]
    public void A_replaced_link_leaves_its_row_and_the_clicks_go_to_the_new_one_at_the_same_location()
    {
        _world.Add(new LinkReplaced(Now, Automation.Id, Step.Id, 1, "https://shop.example/better-offer"));
        _world.Add(new LinkRateChanged(Now.AddDays(1), Automation.Id, Step.Id, 1, Factor: 0));
        var (before, after) = (Rows(1, Now), Rows(1, Now.AddDays(1)));
        var old = Assert.Single(before);
        Assert.Equal(2, after.Count);
        Assert.Equal(old, after.Single(row => row.Url == old.Url));
        Assert.True(after.Single(row => row.Url != old.Url).Clicks > 1000);
        Assert.Equal(after, Rows(1, Now.AddDays(2)));
    }

    [Fact]
    public void A_removed_link_has_no_row_any_more_and_the_steps_clicks_stay()
    {
        var clicks = _world.StepTotals(Automation.Id, Now)[0].Stats.Clicks;
        _world.Add(new LinkRemoved(Now, Automation.Id, Step.Id, 1));
        Assert.Single(Rows(1, Now.AddTicks(-1)));
        Assert.Empty(Rows(1, Now));
        Assert.Equal(clicks, _world.StepTotals(Automation.Id, Now)[0].Stats.Clicks);
    }

    [Fact]
    public void A_correction_takes_back_a_share_of_the_clicks_before()
    {
        var counted = Clicks(1, Now) - Clicks(1, Now.AddDays(-2));
        var before = Clicks(1, Now);
        _world.Add(new ClicksCorrected(Now, Automation.Id, Step.Id, 1, Share: 0.1, TimeSpan.FromDays(2)));
        Assert.Equal(before - (counted / 10), Clicks(1, Now));
        Assert.InRange(Clicks(1, Now.AddTicks(-1)), before - 1, before);
    }

    [Fact]
    public void A_paused_automation_delivers_nothing_and_its_clicks_fade_until_it_goes_on()
    {
        var pause = new DateTimeOffset(2026, 5, 21, 0, 0, 0, TimeSpan.Zero);
        _world.Add(new DeliveriesChanged(pause, Automation.Id, StepId: null, Factor: 0, Until: pause.AddDays(4)));
        Assert.All(Automation.Steps, step => Assert.Equal(Delivered(step, pause), Delivered(step, pause.AddDays(4))));
        Assert.All(Automation.Steps, step => Assert.True(Delivered(step, pause.AddDays(5)) > Delivered(step, pause)));
        var (firstDay, lastDay) = (
            Clicks(1, pause.AddDays(1)) - Clicks(1, pause),
            Clicks(1, pause.AddDays(4)) - Clicks(1, pause.AddDays(3))
        );
        Assert.InRange(lastDay, 0, firstDay / 3);
    }

    [Fact]
    public void A_holiday_takes_opens_and_clicks_from_every_automation_until_it_is_over()
    {
        var holiday = new DateTimeOffset(2026, 5, 21, 0, 0, 0, TimeSpan.Zero);
        var (ordinary, delivered) = (Clicks(1, holiday.AddDays(1)) - Clicks(1, holiday), Delivered(Step, holiday.AddDays(1)));
        foreach (var happening in AnswersChanged.Everywhere(_world.Accounts[0], holiday, 0.25, holiday.AddDays(1)))
        {
            _world.Add(happening);
        }

        Assert.Equal(_world.Accounts[0].Automations.Count, _world.Events.Count);
        Assert.InRange(Clicks(1, holiday.AddDays(1)) - Clicks(1, holiday), ordinary * 0.2, ordinary * 0.3);
        Assert.InRange(Clicks(1, holiday.AddDays(2)) - Clicks(1, holiday.AddDays(1)), ordinary * 0.7, ordinary * 1.3);
        Assert.Equal(delivered, Delivered(Step, holiday.AddDays(1)));
    }

    [Fact]
    public void A_link_scanner_adds_its_clicks_within_minutes_and_they_stay()
    {
        var (before, meanwhile, after) = (Clicks(1, Now), Clicks(1, Now.AddMinutes(5)), Clicks(1, Now.AddDays(1)));
        _world.Add(new ClicksBurst(Now, Automation.Id, Step.Id, 1, Clicks: 400, TimeSpan.FromMinutes(10)));
        Assert.Equal(before, Clicks(1, Now));
        Assert.InRange(Clicks(1, Now.AddMinutes(5)) - meanwhile, 190, 210);
        Assert.Equal(after + 400, Clicks(1, Now.AddDays(1)));
    }

    [Fact]
    public void An_email_whose_links_are_all_dead_is_still_opened()
    {
        _world.Add(new ClicksChanged(Now, Automation.Id, Step.Id, Factor: 0));
        var (before, after) = (_world.StepTotals(Automation.Id, Now)[0].Stats, _world.StepTotals(Automation.Id, Now.AddDays(1))[0].Stats);
        Assert.Equal(before.Clicks, after.Clicks);
        Assert.True(after.Opens > before.Opens);
    }

    [Fact]
    public void What_was_reported_stays_true_when_something_more_is_to_happen()
    {
        var reported = _world.LinkTotals(Automation.Id, Now);
        _world.Add(new LinkRateChanged(Now, Automation.Id, Step.Id, 1, Factor: 0.5));
        _world.Add(new LinkReplaced(Now.AddHours(1), Automation.Id, Step.Id, 0, "https://shop.example/other"));
        _world.Add(new DeliveriesChanged(Now.AddHours(2), Automation.Id, Step.Id, Factor: 0));
        Assert.Equal(reported, _world.LinkTotals(Automation.Id, Now));
        Assert.Equal(3, _world.Events.Count);
    }

    [Fact]
    public void A_script_gets_the_ids_of_the_world()
    {
        var options = WorldOptions.Demo(7, TimeSpan.Zero) with
        {
            Events = accounts =>
                [new LinkRateChanged(Now.AddDays(-10), accounts[0].Automations[0].Id, accounts[0].Automations[0].Steps[0].Id, 1, 0)],
        };
        var world = World.Create(options, Now);
        var clicks = world.LinkTotals(Automation.Id, Now).Single(link => link.StepId == Step.Id && link.Location == 1).Clicks;
        Assert.InRange(clicks, 1, Clicks(1, Now) - 1);
    }

    [Fact]
    public void Something_that_happens_to_nobody_is_refused() =>
        Assert.Throws<ArgumentException>(() => _world.Add(new LinkRemoved(Now, "nobody", Step.Id, 1)));

    private List<LinkTotal> Rows(int location, DateTimeOffset at) =>
        [.. _world.LinkTotals(Automation.Id, at).Where(link => link.StepId == Step.Id && link.Location == location)];

    private long Clicks(int location, DateTimeOffset at) => Rows(location, at).Sum(row => row.Clicks);

    private long Delivered(SimulatedStep step, DateTimeOffset at) =>
        _world.StepTotals(Automation.Id, at).Single(total => total.StepId == step.Id).Stats.Delivered;
}
