using System.Runtime.InteropServices;

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

    /// <summary>A single send: the whole volume within two hours from here.</summary>
    public DateTimeOffset? Once { get; init; }
}

/// <summary>How lively a message is in each hour: how much is sent, and how much of the answer (opens, clicks) comes back.</summary>
internal sealed class Rhythm(DateTimeOffset start, Dice dice, Pace pace, Func<int, double> deliveryFactor, Func<int, double> answerFactor)
{
    private readonly Hourly<Beat> _beats = new((beats, hour) =>
    {
        var before = hour == 0 ? default : beats[hour - 1];
        var sending = deliveryFactor(hour) * Sending(start.AddHours(hour), hour / 168.0, dice, pace);
        return new(sending, (0.75 * before.Soon) + (0.25 * sending), (0.97 * before.Late) + (0.03 * sending));
    });

    public double Sending(int hour) => _beats[hour].Sending;

    /// <summary>Most people answer within hours, some within days; what is sent is answered in full in the end.</summary>
    public double Answering(int hour) => answerFactor(hour) * ((0.8 * _beats[hour].Soon) + (0.2 * _beats[hour].Late));

    private static double Sending(DateTimeOffset time, double week, Dice dice, Pace pace)
    {
        if (pace.Once is { } once)
        {
            var hoursAfter = Math.Floor((time - once).TotalHours) + 1;
            return hoursAfter switch { 0 => 0.7, 1 => 0.3, _ => 0 };
        }

        var day = 1 + (pace.DailySwing * Math.Cos(2 * Math.PI * (time.Hour - pace.PeakHour) / 24));
        var weekday = time.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? pace.Weekend : 1;
        var chance = dice.For(time.Ticks).Between(0.85, 1.15) * dice.For(time.Date.Ticks).Between(0.9, 1.1);
        var send = time.DayOfWeek == pace.WeeklySendDay && time.Hour == pace.WeeklySendHour ? pace.WeeklySend : 0;
        return Math.Pow(1 + pace.WeeklyGrowth, week) * chance * ((pace.Steady * day * weekday) + send);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Beat(double Sending, double Soon, double Late);
}
