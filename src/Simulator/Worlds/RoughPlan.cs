namespace Simulator;

/// <summary>An account for judging alerts: steps of one to nine links, volumes over three and a half decades.</summary>
internal static class RoughPlan
{
    public static IReadOnlyList<SimulatedAccount> Accounts(Dice dice, int automations) =>
        [new("rough", dice.For("key").ApiKey()) { Automations = [.. Enumerable.Range(1, automations).Select(i => Automation(dice.For(i), i))] }];

    private static SimulatedAutomation Automation(Dice dice, int number)
    {
        var pace = new Pace
        {
            PeakHour = 9 + dice.For("peak").Below(12),
            DailySwing = dice.For("swing").Between(0.3, 0.8),
            Weekend = dice.For("weekend").Between(0.3, 1.2),
            WeeklyGrowth = dice.For("growth").Between(-0.03, 0.06),
        };
        return new(dice.Uuid(), $"automation-{number}", [.. Enumerable.Range(1, 3 + dice.For("steps").Below(3)).Select(i => Step(dice.For("step").For(i), i, pace))]);
    }

    private static SimulatedStep Step(Dice dice, int number, Pace pace)
    {
        // The busiest link of a step gets 2 to 500 clicks an hour, the least clicked 0.2 or more; one step in ten has one link.
        var busiest = 2 * Math.Pow(250, dice.For("volume").Uniform());
        var links = dice.For("one").Uniform() < 0.1 ? 1 : 2 + dice.For("links").Below(8);
        var clicks = Enumerable.Range(0, links)
            .Select(i => i == 0 ? busiest : Math.Max(0.2, busiest * Math.Pow(0.01, dice.For("link").For(i).Uniform())))
            .ToArray();
        var isBatch = dice.For("batch").Uniform() < 0.2;
        return new(dice.Uuid(), $"step-{number}", [.. clicks.Select((c, i) => new SimulatedLink($"https://shop.example/{dice.Key:x}/{i}", i) { ClicksPerHour = c })])
        {
            Pace = pace with
            {
                DeliveriesPerHour = clicks.Sum() / 0.15 / pace.OpensPerDelivery,
                MachineOpensPerDelivery = dice.For("machine").Between(0, 0.5),
                Steady = isBatch ? 0.4 : 1,
                WeeklySend = isBatch ? 100 : 0,
                WeeklySendDay = (DayOfWeek)dice.For("day").Below(7),
                WeeklySendHour = 7 + dice.For("hour").Below(10),
            },
        };
    }
}
