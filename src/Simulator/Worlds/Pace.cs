namespace Simulator;

/// <summary>What makes a message lively: 1 is its nominal volume.</summary>
internal sealed record Pace
{
    public double DeliveriesPerHour { get; init; } = 100;

    public double OpensPerDelivery { get; init; } = 0.6;

    /// <summary>About every seventh opened email is clicked, of what people wait for every second one.</summary>
    public double ClicksPerOpen { get; init; } = 0.15;

    /// <summary>Opens by mail programs that fetch every picture at once, whoever reads: with the delivery, never clicked.</summary>
    public double MachineOpensPerDelivery { get; init; }

    /// <summary>The part that is sent all the time, with the day and the week.</summary>
    public double Steady { get; init; } = 1;

    public double DailySwing { get; init; } = 0.5;

    public int PeakHour { get; init; } = 14;

    public double Weekend { get; init; } = 0.75;

    public double WeeklyGrowth { get; init; } = 0.02;

    /// <summary>A send to everybody once a week, as a multiple of the nominal hour.</summary>
    public double WeeklySend { get; init; }

    public DayOfWeek WeeklySendDay { get; init; } = DayOfWeek.Tuesday;

    public int WeeklySendHour { get; init; } = 9;

    /// <summary>How long that send takes, in hours.</summary>
    public double WeeklySendLength { get; init; } = 1;

    /// <summary>It starts up to this many hours early or late, each week anew.</summary>
    public double WeeklySendWander { get; init; }

    /// <summary>
    /// The hours above are local ones: from this moment on the clocks say more or less against UTC. <see langword="null"/>: never.
    /// </summary>
    public (DateTimeOffset At, double Hours)? ClockChange { get; init; }

    /// <summary>How much each link is liked more or less from day to day, of its own: the standard deviation of the logarithm.</summary>
    public double Whim { get; init; }

    /// <summary>A single send: the whole volume within two hours from here.</summary>
    public DateTimeOffset? Once { get; init; }
}
