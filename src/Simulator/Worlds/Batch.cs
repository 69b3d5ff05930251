using System.Runtime.InteropServices;

namespace Simulator;

/// <summary>The part of a weekly send that falls into one hour.</summary>
/// <param name="Share">The share of the whole send.</param>
/// <param name="From">Its start within the hour, 0 to 1.</param>
/// <param name="To">Its end within the hour.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Batch(double Share, double From, double To)
{
    /// <summary>Whether it fills the hour, or there is none.</summary>
    public bool IsEven => To - From is 0 or 1;

    public static Batch In(DateTimeOffset hour, Dice dice, Pace pace)
    {
        if (pace.WeeklySend <= 0)
        {
            return default;
        }

        var today = Local(hour, pace).Date;
        for (var day = today.AddDays(-1); day <= today.AddDays(1); day = day.AddDays(1))
        {
            if (day.DayOfWeek == pace.WeeklySendDay)
            {
                var begin =
                    (Nominal(day, hour, pace) - hour).TotalHours
                    + (pace.WeeklySendWander * dice.For("wander").For(day.Ticks).Between(-1, 1));
                var (from, to) = (Math.Clamp(begin, 0, 1), Math.Clamp(begin + pace.WeeklySendLength, 0, 1));
                if (to > from)
                {
                    return new((to - from) / pace.WeeklySendLength, from, to);
                }
            }
        }

        return default;
    }

    /// <summary>Returns the time of a day's send; <see langword="null"/> when that day has none.</summary>
    public static DateTimeOffset? Around(DateTimeOffset midnight, Pace pace) =>
        midnight.DayOfWeek == pace.WeeklySendDay && pace.WeeklySend > 0 ? Nominal(midnight.UtcDateTime.Date, midnight, pace) : null;

    /// <summary>Returns the local time at a moment.</summary>
    public static DateTime Local(DateTimeOffset time, Pace pace) => time.UtcDateTime.AddHours(ClockAt(time, pace));

    /// <summary>Returns the share of it that is sent within the first part of the hour.</summary>
    public double Sent(double fraction) => Math.Clamp((fraction - From) / (To - From), 0, 1);

    /// <summary>Returns the share of this hour's answers to it that arrive within the first part of the hour.</summary>
    public double Answered(double fraction) => From >= 1 ? 0 : Math.Clamp((fraction - From) / (1 - From), 0, 1);

    private static DateTimeOffset Nominal(DateTime day, DateTimeOffset near, Pace pace) =>
        new(day.AddHours(pace.WeeklySendHour - ClockAt(near, pace)), TimeSpan.Zero);

    private static double ClockAt(DateTimeOffset time, Pace pace) => pace.ClockChange is { } change && time >= change.At ? change.Hours : 0;
}
