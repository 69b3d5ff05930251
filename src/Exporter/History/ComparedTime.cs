using System.Collections.Immutable;

namespace Exporter.History;

/// <summary>
/// The time that is looked at when links are compared with their siblings: a reference in which it is seen how an email's clicks are
/// shared, and windows in which they are compared. All moments lie before the end of the last complete walk, so that a poll that fails
/// looks like no drop.
/// </summary>
internal sealed class ComparedTime
{
    /// <summary>The reference is cut into so many stretches; see <see cref="SiblingPrediction"/>.</summary>
    private const int ReferenceStretches = 7;

    /// <summary>Each window is cut into so many stretches.</summary>
    private const int WindowStretches = 6;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>What is compared with the siblings; the reference ends before the longest begins.</summary>
    private static readonly ImmutableArray<TimeSpan> Lengths = [TimeSpan.FromHours(1), TimeSpan.FromHours(6), Day];

    private ComparedTime(DateTimeOffset end, DateTimeOffset begin, TimeSpan interval)
    {
        (End, Interval) = (end, interval);
        ReferenceLength = end - Day - begin;
        Windows = [.. Lengths.Where(length => interval * WindowStretches <= length)];
        Moments =
        [
            .. Enumerable.Range(0, ReferenceStretches + 1).Select(i => begin + (ReferenceLength * i / ReferenceStretches)),
            .. Windows.SelectMany(length =>
                Enumerable.Range(0, WindowStretches + 1).Select(i => end - length + (length * i / WindowStretches))
            ),
        ];
    }

    /// <summary>End of the last complete walk.</summary>
    public DateTimeOffset End { get; }

    /// <summary>From walk to walk.</summary>
    public TimeSpan Interval { get; }

    /// <summary>How long the reference is: a week, or what is known of it, a day at least.</summary>
    public TimeSpan ReferenceLength { get; }

    /// <summary>Lengths of the windows, all of which end with the last walk. Polled too rarely, a window is left out.</summary>
    public ImmutableArray<TimeSpan> Windows { get; }

    /// <summary>Where totals are asked for: first the reference's, then each window's.</summary>
    public ImmutableArray<DateTimeOffset> Moments { get; }

    /// <summary>Which of the moments bound the reference.</summary>
    public static Range Reference => ..(ReferenceStretches + 1);

    /// <summary>Which of the moments bound a window.</summary>
    public static Range Window(int index)
    {
        var first = ReferenceStretches + 1 + (index * (WindowStretches + 1));
        return first..(first + WindowStretches + 1);
    }

    /// <param name="end">End of the last complete walk.</param>
    /// <param name="known">Since when clicks are known.</param>
    /// <param name="interval">From walk to walk.</param>
    /// <returns>
    /// <see langword="null"/> while less than two days are known, a day of reference and a day to compare; and where it is polled too
    /// rarely for any window.
    /// </returns>
    public static ComparedTime? Find(DateTimeOffset end, DateTimeOffset known, TimeSpan interval)
    {
        var week = end - (8 * Day);
        var begin = known > week ? known : week;
        return end - Day - begin < Day || interval * WindowStretches > Lengths[^1] ? null : new(end, begin, interval);
    }
}
