namespace Simulator;

/// <summary>The volume and rhythm of a message, relative to its nominal volume 1.</summary>
internal sealed record Pace
{
    public double DeliveriesPerHour { get; init; } = 100;

    public double OpensPerDelivery { get; init; } = 0.6;

    /// <summary>About one opened email in seven is clicked; of emails that people expect, one in two.</summary>
    public double ClicksPerOpen { get; init; } = 0.15;

    /// <summary>
    /// Opens by mail programs that fetch every picture on delivery, whether or not anyone reads the email; they never lead to clicks.
    /// </summary>
    public double MachineOpensPerDelivery { get; init; }

    /// <summary>The part that is sent continuously, varying over the day and the week.</summary>
    public double Steady { get; init; } = 1;

    public double DailySwing { get; init; } = 0.5;

    public int PeakHour { get; init; } = 14;

    public double Weekend { get; init; } = 0.75;

    public double WeeklyGrowth { get; init; } = 0.02;

    /// <summary>A send to all recipients once a week, as a multiple of the nominal hour.</summary>
    public double WeeklySend { get; init; }

    public DayOfWeek WeeklySendDay { get; init; } = DayOfWeek.Tuesday;

    public int WeeklySendHour { get; init; } = 9;

    /// <summary>The length of that send, in hours.</summary>
    public double WeeklySendLength { get; init; } = 1;

    /// <summary>The greatest number of hours by which it starts early or late, drawn anew each week.</summary>
    public double WeeklySendWander { get; init; }

    /// <summary>
    /// The change of the local clocks, by which the hours above are meant: from this moment on they differ from UTC by more or less.
    /// <see langword="null"/> means never.
    /// </summary>
    public (DateTimeOffset At, double Hours)? ClockChange { get; init; }

    /// <summary>How much each link's popularity varies from day to day, independently: the standard deviation of the logarithm.</summary>
    public double Whim { get; init; }

    /// <summary>The start of a single send: the whole volume follows within two hours.</summary>
    public DateTimeOffset? Once { get; init; }
}
