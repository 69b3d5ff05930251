namespace Exporter.History;

/// <summary>A link's share of its email's clicks in the reference.</summary>
/// <param name="Odds">The link's clicks for each click of its siblings.</param>
/// <param name="Low">The least share of all clicks that is the link's own.</param>
internal readonly record struct ClickShare(double Odds, double Low)
{
    /// <summary>
    /// The number of the reference's seven stretches, the best for the link, that do not count. In an email with two links a scanner visits
    /// a link about once a week, rarely four times.
    /// </summary>
    private const int StretchesLeftOut = 3;

    /// <summary>The standard deviations by which the link's own clicks are lowered.</summary>
    private const double Caution = 2;

    /// <param name="reference">The clicks of the email's links in the reference.</param>
    /// <param name="link">The link's index.</param>
    /// <param name="leftOut">The index of a sibling that does not count.</param>
    public static ClickShare Estimate(EmailClicks reference, int link, int? leftOut = null)
    {
        var own = reference.Gains[link];
        Span<(long Own, long Others)> stretches = stackalloc (long, long)[own.Length];
        for (var i = 0; i < own.Length; i++)
        {
            stretches[i] = (own[i], reference.Stretches[i] - own[i] - (leftOut is { } sibling ? reference.Gains[sibling][i] : 0));
        }

        // The best stretch for the link comes first.
        stretches.Sort(static (a, b) => Ratio(b).CompareTo(Ratio(a)));
        var (mine, theirs) = (0L, 0L);
        foreach (var (clicks, others) in stretches[StretchesLeftOut..])
        {
            (mine, theirs) = (mine + clicks, theirs + others);
        }

        var least = Math.Max(0, mine - (Caution * Math.Sqrt(mine)));
        return theirs == 0 ? default : new((double)mine / theirs, least / (least + theirs));
    }

    /// <summary>
    /// Returns the link's clicks per sibling click. Half a click replaces zero, so that a stretch without any still has a ratio.
    /// </summary>
    private static double Ratio((long Own, long Others) stretch) => stretch.Own / Math.Max(0.5, stretch.Others);
}
