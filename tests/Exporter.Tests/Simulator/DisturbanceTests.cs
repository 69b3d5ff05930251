using Simulator;

namespace Exporter.Tests.Simulator;

/// <summary>What the rough worlds have beside what all of them have: each can be switched off by itself.</summary>
public sealed class DisturbanceTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Large_recounts_go_down_and_up_and_concern_deliveries_opens_one_link_and_several_at_once()
    {
        var recounts = World(Disturbances.Recounts).Events;
        var clicks = recounts.OfType<ClicksCorrected>().Where(e => e.Over != TimeSpan.FromDays(7)).ToList();
        Assert.Contains(clicks, e => e.Share > 0);
        Assert.Contains(clicks, e => e.Share < 0);
        var atOnce = clicks.CountBy(e => (e.StepId, e.At)).Select(group => group.Value).ToList();
        Assert.Contains(1, atOnce);
        Assert.Contains(atOnce, links => links > 1);
        Assert.Contains(recounts.OfType<StatisticsCorrected>(), e => e is { OpensShare: < 0, DeliveredShare: < 0 });
        Assert.Contains(recounts.OfType<StatisticsCorrected>(), e => e is { OpensShare: > 0, DeliveredShare: > 0 });
        Assert.Empty(World(Disturbances.None).Events.OfType<StatisticsCorrected>());
    }

    [Fact]
    public void A_recount_upwards_adds_what_its_share_says_and_one_downwards_takes_it()
    {
        var calm = World(Disturbances.None);
        var (automation, at) = (calm.Accounts[0].Automations[0], Start.AddDays(30));
        var step = automation.Steps[0].Id;
        var recounted = World(
            Disturbances.None,
            new StatisticsCorrected(at, automation.Id, step, DeliveredShare: 0.1, OpensShare: -0.1, at - Start)
        );
        Assert.Equal(Of(calm, at.AddSeconds(-1)), Of(recounted, at.AddSeconds(-1)));
        var (before, after) = (Of(calm, at), Of(recounted, at));
        Assert.Equal(before.Delivered - (long)(0.1 * before.Delivered), after.Delivered);
        Assert.Equal(before.Opens + (long)(0.1 * before.Opens), after.Opens);

        Statistics Of(World world, DateTimeOffset when) =>
            world.StepTotals(automation.Id, when).Single(total => total.StepId == step).Stats;
    }

    [Fact]
    public void Batches_wander_by_up_to_three_quarters_of_an_hour_and_nobody_answers_before_they_are_sent()
    {
        var pace = new Pace
        {
            Steady = 0,
            WeeklySend = 168,
            WeeklySendDay = DayOfWeek.Tuesday,
            WeeklySendHour = 9,
            WeeklySendWander = 0.75,
            WeeklySendLength = 1 / 6.0,
        };
        var model = new MessageModel(
            Start,
            Dice.Of(7),
            pace with
            {
                DeliveriesPerHour = 100,
            },
            [new("https://shop.example", 0) { ClicksPerHour = 50 }],
            []
        );
        var starts = new List<double>();
        for (var week = 0; week < 8; week++)
        {
            var due = 24 + 9 + (168 * week);
            var before = model.StatisticsUpTo(due - 1, due - 1);
            var begun = Enumerable.Range(-60, 121).First(minute => At(due, minute).Delivered > before.Delivered);
            Assert.Equal(before.Delivered, At(due, begun - 1).Delivered);
            Assert.True(At(due, begun + 12).Delivered > before.Delivered + 10_000, "it takes ten minutes");
            starts.Add(begun);
        }

        Assert.All(starts, start => Assert.InRange(start, -46, 46));
        Assert.True(starts.Max() - starts.Min() > 30, "no two weeks are alike");

        Statistics At(double due, int minute) => model.StatisticsUpTo(due + (minute / 60.0), due + (minute / 60.0));
    }

    [Fact]
    public void When_the_clocks_change_a_local_schedule_moves_by_an_hour()
    {
        var pace = new Pace
        {
            Steady = 0,
            WeeklySend = 168,
            WeeklySendDay = DayOfWeek.Tuesday,
            WeeklySendHour = 9,
            ClockChange = (Start.AddDays(10), 1),
        };
        var model = new MessageModel(Start, Dice.Of(7), pace, [], []);
        var (before, after) = (24 + 9, 24 + 8 + (168 * 2));
        Assert.Equal(0, Sent(before - 1));
        Assert.True(Sent(before) > 10_000);
        Assert.True(Sent(after) > 10_000);
        Assert.Equal(0, Sent(after + 1));

        long Sent(int hour) => model.StatisticsUpTo(hour + 1, hour + 1).Delivered - model.StatisticsUpTo(hour, hour).Delivered;
    }

    [Fact]
    public void Two_accounts_have_automations_of_equal_names_and_nothing_else_in_common()
    {
        var accounts = World(Disturbances.TwoAccounts, seed: 2).Accounts;
        Assert.Equal(2, accounts.Count);
        Assert.NotEmpty(
            accounts[0].Automations.Select(a => a.Name).Intersect(accounts[1].Automations.Select(a => a.Name), StringComparer.Ordinal)
        );
        Assert.Empty(
            accounts[0].Automations.Select(a => a.Id).Intersect(accounts[1].Automations.Select(a => a.Id), StringComparer.Ordinal)
        );
        Assert.Single(World(Disturbances.All & ~Disturbances.TwoAccounts, seed: 2).Accounts);
    }

    [Fact]
    public void In_a_dominated_step_one_link_gets_most_and_one_other_has_weight() =>
        Assert.Contains(
            World(Disturbances.DominatedSteps).Accounts[0].Automations.SelectMany(automation => automation.Steps),
            step =>
                step.Links.Count == 3
                && step.Links[2].ClicksPerHour < 0.1 * step.Links[1].ClicksPerHour
                && step.Links[1].ClicksPerHour < step.Links[0].ClicksPerHour
        );

    [Fact]
    public void One_off_sends_come_on_top_and_end() =>
        Assert.All(
            World(Disturbances.OneOffSends).Events.OfType<DeliveriesChanged>().Where(e => e.Factor > 1),
            e => Assert.InRange(e.Until!.Value - e.At, TimeSpan.FromMinutes(10), TimeSpan.FromHours(1))
        );

    private static World World(Disturbances disturbances, params WorldEvent[] events) => World(disturbances, 1, events);

    private static World World(Disturbances disturbances, long seed, params WorldEvent[] events) =>
        global::Simulator.World.Create(
            WorldOptions.Rough(seed, automations: 12, disturbances) with
            {
                Start = Start,
                FreezesPerMonth = 0,
                HourlyReports = false,
                Events = _ => events,
            },
            Start.AddDays(77)
        );
}
