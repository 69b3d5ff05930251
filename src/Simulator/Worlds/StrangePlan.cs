namespace Simulator;

/// <summary>
/// Plans the accounts of the second recipe for judging alerts, used for reports only: no alert is tuned on it. Its distributions differ
/// from those of <see cref="RoughPlan"/>, and the popularity of each link varies from day to day, independently of the others.
/// </summary>
internal static class StrangePlan
{
    private static readonly string[] AccountNames = ["north", "south"];

    public static IReadOnlyList<SimulatedAccount> Accounts(Dice dice, int automations, DateTimeOffset start) =>
        [
            .. AccountNames.Select(
                (name, i) =>
                    new SimulatedAccount(name, dice.For(name).ApiKey())
                    {
                        Automations =
                        [
                            .. Enumerable
                                .Range(1, (automations + 1 - i) / 2)
                                .Select(n => Automation(dice.For(name).For(n), $"series-{n}", start)),
                        ],
                    }
            ),
        ];

    private static SimulatedAutomation Automation(Dice dice, string name, DateTimeOffset start)
    {
        var pace = new Pace
        {
            PeakHour = 7 + dice.For("peak").Below(15),
            DailySwing = dice.For("swing").Between(0.1, 0.9),
            Weekend = dice.For("weekend").Between(0.2, 1.5),
            WeeklyGrowth = dice.For("growth").Normal() * 0.02,
            Whim = dice.For("whim").Between(0.02, 0.08),
            ClockChange =
                dice.For("clocks").Uniform() < 0.5
                    ? (start.AddDays(dice.For("when").Between(28, 63)), dice.For("way").Uniform() < 0.5 ? 1 : -1)
                    : null,
        };
        return new(
            dice.Uuid(),
            name,
            [.. Enumerable.Range(1, 2 + dice.For("steps").Below(5)).Select(i => Step(dice.For("step").For(i), $"email-{i}", pace))]
        );
    }

    private static SimulatedStep Step(Dice dice, string name, Pace pace)
    {
        // The clicks of a step, 1 to 800 an hour, are divided by place: each link gets a fraction of the clicks of the link above it.
        var links = 1 + dice.For("links").Below(7);
        var falls = dice.For("falls").Between(0.2, 0.9);
        var weights = Enumerable
            .Range(0, links)
            .Select(i => Math.Pow(falls, i) * Math.Exp(0.4 * dice.For("weight").For(i).Normal()))
            .ToArray();
        var all = Math.Pow(800, dice.For("volume").Uniform());
        var (steady, send) = dice.For("kind").Uniform() switch
        {
            < 0.65 => (1.0, 0.0),
            < 0.8 => (0.6, 70),
            < 0.92 => (0.2, 140),
            _ => (0.0, 168),
        };
        return new(
            dice.Uuid(),
            name,
            [
                .. weights.Select(
                    (w, i) =>
                        new SimulatedLink($"https://travel.example/{dice.Key:x}/{i}", i)
                        {
                            ClicksPerHour = Math.Max(0.1, all * w / weights.Sum()),
                        }
                ),
            ]
        )
        {
            Pace = pace with
            {
                OpensPerDelivery = dice.For("opens").Between(0.25, 0.8),
                MachineOpensPerDelivery = dice.For("machine").Between(0, 0.7),
                DeliveriesPerHour = all / dice.For("rate").Between(0.01, 0.12),
                Steady = steady,
                WeeklySend = send,
                WeeklySendDay = (DayOfWeek)dice.For("day").Below(7),
                WeeklySendHour = 5 + dice.For("hour").Below(15),
                WeeklySendWander = dice.For("wander").Between(0.2, 0.75),
                WeeklySendLength = dice.For("length").Between(0.15, 1),
            },
        };
    }
}
