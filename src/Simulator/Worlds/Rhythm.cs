using System.Runtime.InteropServices;

namespace Simulator;

/// <summary>Computes for each hour how much of a message is sent, and how many answers (opens, clicks) arrive.</summary>
internal sealed class Rhythm(DateTimeOffset start, Dice dice, Pace pace, Func<int, double> deliveryFactor, Func<int, double> answerFactor)
{
    private const double Soon = 0.25;
    private const double Late = 0.03;

    private readonly Hourly<Beat> _beats = new(
        (beats, hour) =>
        {
            var before = hour == 0 ? default : beats[hour - 1];
            var time = start.AddHours(hour);
            var (level, batch) = (deliveryFactor(hour) * Level(time, hour / 168.0, dice, pace), Batch.In(time, dice, pace));
            var sent = level * batch.Share * pace.WeeklySend;
            var sending = (level * Flow(time, pace)) + sent;
            return new(sending, ((1 - Soon) * before.Soon) + (Soon * sending), ((1 - Late) * before.Late) + (Late * sending), sent, batch);
        }
    );

    public double Sending(int hour) => _beats[hour].Sending;

    /// <summary>Most people answer within hours, some within days; in the end every delivery has brought all of its answers.</summary>
    public double Answering(int hour) => answerFactor(hour) * Answering(_beats[hour]);

    /// <summary>Returns the share of an hour's deliveries within its first part.</summary>
    public double ShareSent(int hour, double fraction)
    {
        var beat = _beats[hour];
        return beat.Batch.IsEven || beat.Sent <= 0 ? fraction : Mix(fraction, beat.Sent / beat.Sending, beat.Batch.Sent(fraction));
    }

    /// <summary>Returns the share of an hour's answers within its first part: no one answers a batch before it is sent.</summary>
    public double ShareAnswered(int hour, double fraction)
    {
        var beat = _beats[hour];
        return beat.Batch.IsEven || beat.Sent <= 0
            ? fraction
            : Mix(fraction, ((0.8 * Soon) + (0.2 * Late)) * beat.Sent / Answering(beat), beat.Batch.Answered(fraction));
    }

    private static double Answering(Beat beat) => (0.8 * beat.Soon) + (0.2 * beat.Late);

    private static double Mix(double even, double share, double other) => ((1 - share) * even) + (share * other);

    private static double Level(DateTimeOffset time, double week, Dice dice, Pace pace) =>
        pace.Once is not null
            ? 1
            : Math.Pow(1 + pace.WeeklyGrowth, week)
                * dice.For(time.Ticks).Between(0.85, 1.15)
                * dice.For(time.Date.Ticks).Between(0.9, 1.1);

    private static double Flow(DateTimeOffset time, Pace pace)
    {
        if (pace.Once is { } once)
        {
            var hoursAfter = Math.Floor((time - once).TotalHours) + 1;
            return hoursAfter switch
            {
                0 => 0.7,
                1 => 0.3,
                _ => 0,
            };
        }

        var local = Batch.Local(time, pace);
        var day = 1 + (pace.DailySwing * Math.Cos(2 * Math.PI * (local.Hour - pace.PeakHour) / 24));
        return pace.Steady * day * (local.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? pace.Weekend : 1);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Beat(double Sending, double Soon, double Late, double Sent, Batch Batch);
}
