using System.Collections.Immutable;
using Exporter.Snapshots;

namespace Exporter.History;

/// <summary>
/// What each link should have got by what its siblings got, the other links of the same email. Sends, holidays, the hour and lags of SendGrid's reports hit
/// all links of an email alike, so a link's share of its email is far steadier than its clicks. It is a look for people, without memory: the alert rules decide.
/// </summary>
/// <remarks>
/// <para>What stands out: a link that got half of what its siblings predict or less, when chance alone would show that of a link that works in fewer than one
/// of 10,000 weeks of looking. The chance is that of two Poisson counts, its own and its siblings', as Chernoff bounds it: never understated. How often
/// one can look in a week is counted in.</para>
/// <para>Nothing is made of: a link first seen within the reference, and a sibling so new; a quiet link, of which chance explains everything;
/// a link scanner that clicks one link hundreds of times within minutes (a window must show without the sibling that speaks loudest for it, or
/// in the half of its stretches in which the siblings got least; of the reference the two stretches that were best for the link do not count);
/// a correction, which costs one stretch and is no silence; a hole in the polling, because all links of a campaign are seen by the same walks.</para>
/// <para>What it cannot see: an email with one link; all links of an email dead at once; a link that has been dead for as long as the reference reaches
/// back; a loss of less than half; Single Sends, whose clicks fade within days; anything before two days are known, or where fewer are kept.</para>
/// </remarks>
internal static class SiblingPrediction
{
    /// <summary>How often chance may name a link that works, in one week of looking all the time.</summary>
    private const double ChancePerWeek = 1e-4;

    /// <summary>Of what is expected, this much or less is far less.</summary>
    private const double FarLess = 0.5;

    /// <summary>Siblings that are left out one by one: those with most clicks in the window. The others change little.</summary>
    private const int LoudestTried = 8;

    /// <summary>A silence is looked at when the link's own pace would have brought so many clicks.</summary>
    private const double WorthLooking = 8;

    /// <summary>Silences looked at in one campaign, those first that lack most.</summary>
    private const int MostSilences = 16;

    /// <summary>Walks that must have found no click: one alone may be a report that came in parts.</summary>
    private const double QuietWalks = 1.5;

    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>
    /// When those links last got a click that have got none for remarkably long, each moment once: what all links had then is needed to judge that.
    /// </summary>
    public static ImmutableArray<DateTimeOffset> Silences(IEnumerable<LinkCourse> links, ComparedTime time) =>
    [
        .. links
            .Where(link => IsKnown(link) && IsSilent(link, time))
            .Select(link => (link.LastChange, Missing: link.Gains(ComparedTime.Reference).Sum() * ((time.End - link.LastChange) / time.ReferenceLength)))
            .Where(static silence => silence.Missing >= WorthLooking)
            .OrderByDescending(static silence => silence.Missing)
            .Select(static silence => silence.LastChange)
            .Distinct()
            .Take(MostSilences),
    ];

    /// <summary>Compares each link of a campaign with its siblings.</summary>
    /// <param name="links">Every link that is there now, with its totals at <see cref="ComparedTime.Moments"/>.</param>
    /// <param name="time">The time that is looked at.</param>
    /// <param name="silences">What <see cref="Silences"/> said.</param>
    /// <param name="then">The same links with their totals at those moments.</param>
    /// <returns>The links that can be compared.</returns>
    public static IReadOnlyList<LinkComparison> Compare(
        IReadOnlyList<LinkCourse> links, ComparedTime time, ImmutableArray<DateTimeOffset> silences, IReadOnlyList<LinkCourse> then)
    {
        var totals = then.ToDictionary(link => (link.Email, link.Location), link => link.Totals);
        return [.. links.Where(IsKnown).GroupBy(link => link.Email).Where(email => email.Skip(1).Any()).SelectMany(email => Email([.. email]))];

        IEnumerable<LinkComparison> Email(ImmutableArray<LinkCourse> email)
        {
            var reference = In(ComparedTime.Reference);
            var windows = time.Windows.Select((_, window) => In(ComparedTime.Window(window))).ToArray();
            var quiet = silences.Select((_, i) => email.Any(link => link.LastChange == silences[i]) ? new EmailClicks([.. email.Select(link => Since(link, i))], LoudestTried + 1) : null).ToArray();
            foreach (var (index, link) in email.Index())
            {
                var silence = IsSilent(link, time) ? silences.IndexOf(link.LastChange) : -1;
                yield return new(
                    link.Email,
                    link.Location,
                    [.. windows.Select((clicks, window) => InWindow(reference, clicks, index, time.End, time.Windows[window]))],
                    silence < 0 ? null : InSilence(reference, quiet[silence]!, index, link.LastChange, time));
            }

            EmailClicks In(Range moments) => new([.. email.Select(link => link.Gains(moments))], LoudestTried + 1);
        }

        ImmutableArray<long> Since(LinkCourse link, int silence) =>
            totals.TryGetValue((link.Email, link.Location), out var at) && at[silence] is { } before ? [Math.Max(0, (link.Totals[^1] ?? 0) - before)] : [0];
    }

    /// <summary>
    /// The chance that of so many clicks of an email so few are the link's, when each is with probability <paramref name="share"/>; or more than that. For
    /// a link without a click it is exact.
    /// </summary>
    /// <returns>Its natural logarithm, at most 0.</returns>
    internal static double LogChance(double got, double siblings, double share)
    {
        var (all, part) = (got + siblings, got / Math.Max(1, got + siblings));
        return part >= share ? 0 : -all * ((part > 0 ? part * Math.Log(part / share) : 0) + ((1 - part) * Math.Log((1 - part) / (1 - share))));
    }

    private static bool IsKnown(LinkCourse link) => link.Totals[0] is not null && link.Location != LinkTable.Overflow;

    private static bool IsSilent(LinkCourse link, ComparedTime time) => time.End - link.LastChange >= QuietWalks * time.Interval;

    private static ComparedWindow InWindow(EmailClicks reference, EmailClicks window, int link, DateTimeOffset end, TimeSpan length)
    {
        var got = window.Whole[link];
        var (chance, expected) = WithoutTheLoudest(reference, window, link);
        var (calmChance, calmExpected) = InTheCalmHalf(reference, window, link);
        expected = Math.Min(expected, calmExpected);
        var looks = Week / length * window.Stretches.Length;
        return new(end - length, length, got, expected, got <= FarLess * expected && Math.Min(chance, calmChance) < Math.Log(ChancePerWeek / looks));
    }

    /// <summary>A silence begins with a click, so there are as many of them in a week as clicks.</summary>
    private static ComparedWindow? InSilence(EmailClicks reference, EmailClicks since, int link, DateTimeOffset from, ComparedTime time)
    {
        var (chance, expected) = WithoutTheLoudest(reference, since, link);
        var clicks = Math.Max(1, reference.Whole[link] * (Week / time.ReferenceLength));
        return since.Whole[link] == 0 && chance < Math.Log(ChancePerWeek / clicks) ? new ComparedWindow(from, time.End - from, Got: 0, expected, StandsOut: true) : null;
    }

    /// <summary>
    /// The greatest chance, and the least that is expected, when any one sibling is left out: what a single one says by itself is not believed. With
    /// only one there is nobody to confirm it.
    /// </summary>
    private static (double LogChance, double Expected) WithoutTheLoudest(EmailClicks reference, EmailClicks clicks, int link)
    {
        var (got, others, all) = (clicks.Whole[link], clicks.All - clicks.Whole[link], ClickShare.Of(reference, link));
        if (clicks.Whole.Length == 2)
        {
            return (0, all.Odds * others);
        }

        var (chance, expected) = (LogChance(got, others, all.Low), all.Odds * others);
        foreach (var loud in clicks.Loudest.Where(sibling => sibling != link))
        {
            var (share, rest) = (ClickShare.Of(reference, link, loud), others - clicks.Whole[loud]);
            (chance, expected) = (Math.Max(chance, LogChance(got, rest, share.Low)), Math.Min(expected, share.Odds * rest));
        }

        return (chance, expected);
    }

    /// <summary>
    /// The same by the half of the stretches in which the siblings got least: a scanner that was quick is not in them. What is expected is only told where
    /// there is one sibling, else infinity.
    /// </summary>
    private static (double LogChance, double Expected) InTheCalmHalf(EmailClicks reference, EmailClicks window, int link)
    {
        var calm = Enumerable.Range(0, window.Stretches.Length).OrderBy(stretch => window.Stretches[stretch] - window.Gains[link][stretch]).Take(window.Stretches.Length / 2).ToList();
        var (got, others) = (calm.Sum(stretch => window.Gains[link][stretch]), calm.Sum(stretch => window.Stretches[stretch] - window.Gains[link][stretch]));
        var share = ClickShare.Of(reference, link);
        return (
            got <= FarLess * share.Odds * others ? LogChance(got, others, share.Low) : 0,
            window.Whole.Length == 2 ? 2 * share.Odds * others : double.PositiveInfinity);
    }
}
