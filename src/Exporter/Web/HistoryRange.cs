using System.Globalization;

namespace Exporter.Web;

/// <summary>The time range of a history, and its resolution.</summary>
/// <param name="Step">For each stretch of this length the last change is answered.</param>
/// <param name="IsStepAsked">Whether the client chose the step; otherwise it may become coarser.</param>
internal sealed record HistoryRange(DateTimeOffset From, DateTimeOffset To, TimeSpan Step, bool IsStepAsked)
{
    /// <summary>The range that is answered without <c>from</c>.</summary>
    private static readonly TimeSpan DefaultSpan = TimeSpan.FromDays(7);

    private static readonly TimeSpan ShortestStep = TimeSpan.FromSeconds(1);

    /// <summary>The number of points of a link without <c>step</c>: a screen has about as many columns to draw them in.</summary>
    private const int Points = 1_000;

    /// <summary>Year 10000 in seconds since the epoch: no later date can be written.</summary>
    private const long EndOfTime = 253_402_300_800;

    /// <param name="from">RFC 3339, or seconds since the epoch.</param>
    /// <param name="to">The same.</param>
    /// <param name="step">Seconds, or a duration such as <c>5m</c>.</param>
    /// <param name="range">The range that they mean.</param>
    /// <returns>An error text, or <see langword="null"/>.</returns>
    public static string? FindProblem(string? from, string? to, string? step, DateTimeOffset now, out HistoryRange? range)
    {
        range = null;
        if (!TryTime(to, now, out var end) || !TryTime(from, Before(end), out var begin))
        {
            return "from and to must be RFC 3339 times or seconds since the epoch, from 1970 to 9999.";
        }

        if (begin > end)
        {
            return "from is after to.";
        }

        if (!TryStep(step, out var asked))
        {
            return "step must be a number of seconds, or a whole number and s, m, h or d; at least 1 s.";
        }

        range = new HistoryRange(begin, end, asked ?? ShortestStep, asked is not null) { Known = end < now ? end : now };
        return null;
    }

    /// <summary>The end of what can be known. The future has no changes and must not make the past coarser.</summary>
    private DateTimeOffset Known { get; init; } = To;

    /// <summary>
    /// Returns the same range without the time before the first observation, at a step that suits a screen unless the client chose one.
    /// </summary>
    public HistoryRange StartingAt(DateTimeOffset? firstSeen)
    {
        var from = firstSeen > From ? Earlier(firstSeen.Value, To) : From;
        return this with { From = from, Step = IsStepAsked ? Step : Longer((Known - from) / Points, ShortestStep) };
    }

    /// <summary>Returns an error text when the answer for this many links would be too large, or <see langword="null"/>.</summary>
    public string? FindProblem(long links, int mostRows) =>
        !IsStepAsked || links * PointsAt(Step) <= mostRows
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"That may be {links * PointsAt(Step):0} changes, more than {mostRows}. Ask for a step of "
                    + $"{Math.Ceiling(Finest(links, mostRows).TotalSeconds):0} s or more, or for a shorter time."
            );

    /// <summary>Returns the same range with a step so coarse that this many links do not make more rows.</summary>
    public HistoryRange Thin(long links, int mostRows) =>
        links * PointsAt(Step) <= mostRows ? this : this with { Step = Finest(links, mostRows) };

    private TimeSpan Length => Longer(Known - From, TimeSpan.Zero);

    private double PointsAt(TimeSpan step) => Math.Ceiling(Length / step) + 1;

    private TimeSpan Finest(long links, int mostRows) => Longer(Length / Math.Max(1, (mostRows / links) - 2), ShortestStep);

    private static DateTimeOffset Before(DateTimeOffset end) =>
        end - DateTimeOffset.UnixEpoch < DefaultSpan ? DateTimeOffset.UnixEpoch : end - DefaultSpan;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static bool TryTime(string? text, DateTimeOffset otherwise, out DateTimeOffset moment)
    {
        moment = otherwise;
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
        {
            var isDate = seconds is >= 0 and < EndOfTime;
            // Rounds to the millisecond, in which changes are kept: a fraction that no double can hold must not round down below itself.
            moment = isDate
                ? DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Min(Math.Round(seconds * 1000), (EndOfTime * 1000) - 1))
                : otherwise;
            return isDate;
        }

        return text.Contains('T', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out moment)
            && moment >= DateTimeOffset.UnixEpoch;
    }

    private static bool TryStep(string? text, out TimeSpan? step)
    {
        step = null;
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        var unit = "smhd".IndexOf(text[^1], StringComparison.Ordinal) is >= 0 and var index
            ? (double?)((int[])[1, 60, 3600, 86400])[index]
            : null;
        var number = unit is null ? text : text[..^1];
        if (
            !double.TryParse(
                number,
                unit is null ? NumberStyles.AllowDecimalPoint : NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var count
            )
        )
        {
            return false;
        }

        if (count is not > 0 || !double.IsFinite(count))
        {
            return false;
        }

        // A step longer than all of time is cut to it.
        step = TimeSpan.FromSeconds(Math.Min(count * (unit ?? 1), EndOfTime));
        return step >= ShortestStep;
    }
}
