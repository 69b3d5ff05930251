namespace Simulator;

/// <summary>Plans accounts for judging alerts: steps of one to nine links, volumes over three and a half decades.</summary>
internal sealed class RoughPlan(Dice dice, Disturbances disturbances, bool isEven, DateTimeOffset start)
{
    /// <summary>The clock change comes after a month of history.</summary>
    private readonly (DateTimeOffset At, double Hours)? _clockChange = disturbances.HasFlag(Disturbances.ClockChange)
        ? (start.AddDays(dice.For("clocks").Between(32, 56)), isEven ? -1 : 1)
        : null;

    public IReadOnlyList<SimulatedAccount> Accounts(int automations)
    {
        var second = isEven && disturbances.HasFlag(Disturbances.TwoAccounts) ? automations / 2 : 0;
        return [Account("rough", dice, automations - second), .. second > 0 ? new[] { Account("second", dice.For("second"), second) } : []];
    }

    private SimulatedAccount Account(string name, Dice own, int automations) =>
        new(name, own.For("key").ApiKey()) { Automations = [.. Enumerable.Range(1, automations).Select(i => Automation(own.For(i), i))] };

    private SimulatedAutomation Automation(Dice own, int number)
    {
        var pace = new Pace
        {
            PeakHour = 9 + own.For("peak").Below(12),
            DailySwing = own.For("swing").Between(0.3, 0.8),
            Weekend = own.For("weekend").Between(0.3, 1.2),
            WeeklyGrowth = own.For("growth").Between(-0.03, 0.06),
            ClockChange = _clockChange,
        };
        return new(
            own.Uuid(),
            $"automation-{number}",
            [.. Enumerable.Range(1, 3 + own.For("steps").Below(3)).Select(i => Step(own.For("step").For(i), i, pace))]
        );
    }

    private SimulatedStep Step(Dice own, int number, Pace pace)
    {
        var clicks = Clicks(own);
        pace = Sends(own, pace) with
        {
            DeliveriesPerHour = clicks.Sum() / 0.15 / pace.OpensPerDelivery,
            MachineOpensPerDelivery = own.For("machine").Between(0, 0.5),
        };
        return new(
            own.Uuid(),
            $"step-{number}",
            [.. clicks.Select((c, i) => new SimulatedLink($"https://shop.example/{own.Key:x}/{i}", i) { ClicksPerHour = c })]
        )
        {
            Pace = pace,
        };
    }

    /// <summary>
    /// Draws the clicks of a step: the busiest link gets 2 to 500 clicks an hour, the least clicked 0.2 or more; one step in ten has one
    /// link.
    /// </summary>
    private double[] Clicks(Dice own)
    {
        var busiest = 2 * Math.Pow(250, own.For("volume").Uniform());
        if (disturbances.HasFlag(Disturbances.DominatedSteps) && own.For("dominated").Uniform() < 0.15)
        {
            var second = busiest * own.For("second").Between(0.08, 0.6);
            return own.For("third").Uniform() < 0.5 ? [busiest, second] : [busiest, second, Math.Max(0.2, 0.003 * busiest)];
        }

        var links = own.For("one").Uniform() < 0.1 ? 1 : 2 + own.For("links").Below(8);
        return
        [
            .. Enumerable
                .Range(0, links)
                .Select(i => i == 0 ? busiest : Math.Max(0.2, busiest * Math.Pow(0.01, own.For("link").For(i).Uniform()))),
        ];
    }

    private Pace Sends(Dice own, Pace pace)
    {
        var isMixed = disturbances.HasFlag(Disturbances.MixedSteps);
        if (own.For("batch").Uniform() >= (isMixed ? 0.3 : 0.2))
        {
            return pace;
        }

        var (steady, send) = !isMixed
            ? (0.4, 100)
            : own.For("mix").Below(3) switch
            {
                0 => (0.5, 84),
                1 => (0.03, 160),
                _ => (0.4, 100),
            };
        var wanders = disturbances.HasFlag(Disturbances.WanderingBatches);
        return pace with
        {
            Steady = steady,
            WeeklySend = send,
            WeeklySendDay = (DayOfWeek)own.For("day").Below(7),
            WeeklySendHour = 7 + own.For("hour").Below(10),
            WeeklySendWander = wanders ? 0.75 : 0,
            WeeklySendLength = wanders && own.For("length").Uniform() < 0.5 ? 1 / 6.0 : 1,
        };
    }
}
