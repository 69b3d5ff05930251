using System.Collections.Immutable;

namespace Exporter.History;

/// <summary>
/// The times at which links are compared with their siblings: a reference, which shows how an email's clicks are shared, and windows, in
/// which they are compared. Every moment lies before the end of the last complete walk, so that a failed poll does not look like a drop.
/// </summary>
internal sealed class ComparedTime
{
    /// <summary>The number of stretches in the reference; see <see cref="SiblingPrediction"/>.</summary>
    private const int ReferenceStretches = 7;

    /// <summary>The number of stretches in each window.</summary>
    private const int WindowStretches = 6;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>The lengths of the windows. The reference ends before the longest begins.</summary>
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

    /// <summary>The end of the last complete walk.</summary>
    public DateTimeOffset End { get; }

    /// <summary>The time from walk to walk.</summary>
    public TimeSpan Interval { get; }

    /// <summary>The length of the reference: a week, or less when less is known, but at least a day.</summary>
    public TimeSpan ReferenceLength { get; }

    /// <summary>
    /// The lengths of the windows, all of which end with the last walk. A window that is too short for the poll interval is left out.
    /// </summary>
    public ImmutableArray<TimeSpan> Windows { get; }

    /// <summary>The moments at which totals are needed: first the reference's, then each window's.</summary>
    public ImmutableArray<DateTimeOffset> Moments { get; }

    /// <summary>The range of the moments that bound the reference.</summary>
    public static Range Reference => ..(ReferenceStretches + 1);

    /// <summary>Returns the range of the moments that bound a window.</summary>
    public static Range Window(int index)
    {
        var first = ReferenceStretches + 1 + (index * (WindowStretches + 1));
        return first..(first + WindowStretches + 1);
    }

    /// <param name="end">The end of the last complete walk.</param>
    /// <param name="known">The first moment with known clicks.</param>
    /// <param name="interval">The time from walk to walk.</param>
    /// <returns>
    /// <see langword="null"/> while less than two days are known (a day of reference and a day to compare), and when the interval is too
    /// long for every window.
    /// </returns>
    public static ComparedTime? Find(DateTimeOffset end, DateTimeOffset known, TimeSpan interval)
    {
        var week = end - (8 * Day);
        var begin = known > week ? known : week;
        return end - Day - begin < Day || interval * WindowStretches > Lengths[^1] ? null : new(end, begin, interval);
    }
}
