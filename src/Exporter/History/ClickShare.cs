namespace Exporter.History;

/// <summary>A link's part of its email's clicks in the reference.</summary>
/// <param name="Odds">Clicks of it for each click of its siblings.</param>
/// <param name="Low">The part of all clicks that is its own at least.</param>
internal readonly record struct ClickShare(double Odds, double Low)
{
    /// <summary>
    /// Best of the seven stretches of the reference that do not count: a link of two is seen by a scanner about once a week, rarely four
    /// times.
    /// </summary>
    private const int StretchesLeftOut = 3;

    /// <summary>Standard deviations by which the link's own clicks are taken for fewer than they were.</summary>
    private const double Caution = 2;

    /// <param name="reference">What the email's links gained in the reference.</param>
    /// <param name="link">Which of them.</param>
    /// <param name="leftOut">A sibling that does not count.</param>
    public static ClickShare Estimate(EmailClicks reference, int link, int? leftOut = null)
    {
        var own = reference.Gains[link];
        Span<(long Own, long Others)> stretches = stackalloc (long, long)[own.Length];
        for (var i = 0; i < own.Length; i++)
        {
            stretches[i] = (own[i], reference.Stretches[i] - own[i] - (leftOut is { } sibling ? reference.Gains[sibling][i] : 0));
        }

        // The best for the link first.
        stretches.Sort(static (a, b) => Ratio(b).CompareTo(Ratio(a)));
        var (mine, theirs) = (0L, 0L);
        foreach (var (clicks, others) in stretches[StretchesLeftOut..])
        {
            (mine, theirs) = (mine + clicks, theirs + others);
        }

        var least = Math.Max(0, mine - (Caution * Math.Sqrt(mine)));
        return theirs == 0 ? default : new((double)mine / theirs, least / (least + theirs));
    }

    /// <summary>Half a click, so that a stretch without any is a ratio too.</summary>
    private static double Ratio((long Own, long Others) stretch) => stretch.Own / Math.Max(0.5, stretch.Others);
}
