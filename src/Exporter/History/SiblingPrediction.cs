using System.Collections.Immutable;
using Exporter.Snapshots;

namespace Exporter.History;

/// <summary>
/// Predicts the clicks of each link from its siblings, the other links of the same email. Sends, holidays, the hour and delays in
/// SendGrid's reports affect all links of an email alike, so a link's share of its email is far steadier than its clicks. The result serves
/// people who look at it and has no memory: the alert rules decide.
/// </summary>
/// <remarks>
/// <para>
/// A link stands out when it got at most half of what its siblings predict, and chance alone would produce that for a working link in fewer
/// than one of 10,000 weeks of looking. The chance is that of two Poisson counts, its own and its siblings', by Chernoff's bound, so it is
/// never understated. It includes how often one can look in a week.
/// </para>
/// <para>
/// These do not stand out: a link first seen within the reference, and a sibling that new. A quiet link, whose clicks chance explains. A
/// link scanner that clicks one link hundreds of times within minutes: a window must show the drop in the half of its stretches in which
/// the siblings got least; a short silence must show it without the loudest sibling; and the three of the reference's seven stretches that
/// were best for the link do not count. A correction, which costs one stretch and is not a silence. A report that comes in parts or late. A
/// gap in the polling, because the same walks see all links of a campaign.
/// </para>
/// <para>
/// It cannot see: an email with one link; all links of an email dead at once; a link that has been dead for the whole reference; a loss of
/// less than half; Single Sends, whose clicks fade within days; anything before two days are known, or where fewer are kept.
/// </para>
/// </remarks>
internal static class SiblingPrediction
{
    /// <summary>The chance of naming a working link in one week of constant looking.</summary>
    private const double ChancePerWeek = 1e-4;

    /// <summary>The part of the expected clicks at or below which a link stands out.</summary>
    private const double FarLess = 0.5;

    /// <summary>The number of siblings, those with most clicks, that are left out one by one. The others change little.</summary>
    private const int LoudestTried = 8;

    /// <summary>The clicks that a link's own pace would have brought before its silence is examined.</summary>
    private const double WorthLooking = 8;

    /// <summary>
    /// The longest silence that is judged without its loudest sibling: in a longer one a scanner may have visited several.
    /// </summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromHours(1);

    /// <summary>The most silences that are examined in one campaign, those that lack most clicks first.</summary>
    private const int MostSilences = 8;

    /// <summary>The number of stretches in each silence.</summary>
    private const int SilenceStretches = 6;

    /// <summary>The number of walks without a click that make a silence: a single one may be a report that came in parts.</summary>
    private const double QuietWalks = 1.5;

    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>
    /// Returns the last-click times of the links that have been silent for remarkably long, each once. To judge a silence, the totals of
    /// all links at that time are needed.
    /// </summary>
    public static ImmutableArray<DateTimeOffset> Silences(IEnumerable<LinkCourse> links, ComparedTime time) =>
        [
            .. links
                .Where(link => IsKnown(link) && IsSilent(link, time))
                .Select(link =>
                    (
                        link.LastChange,
                        Missing: link.Gains(ComparedTime.Reference).Sum() * ((time.End - link.LastChange) / time.ReferenceLength)
                    )
                )
                .Where(static silence => silence.Missing >= WorthLooking)
                .OrderByDescending(static silence => silence.Missing)
                .Select(static silence => silence.LastChange)
                .Distinct()
                .Take(MostSilences),
        ];

    /// <summary>
    /// Returns the moments at which totals are needed to judge the silences; the last stretch of each ends with the last walk.
    /// </summary>
    public static ImmutableArray<DateTimeOffset> Moments(ImmutableArray<DateTimeOffset> silences, ComparedTime time) =>
        [
            .. silences.SelectMany(silence =>
                Enumerable.Range(0, SilenceStretches).Select(i => silence + ((time.End - silence) * i / SilenceStretches))
            ),
        ];

    /// <summary>Compares each link of a campaign with its siblings.</summary>
    /// <param name="links">Every present link, with its totals at <see cref="ComparedTime.Moments"/>.</param>
    /// <param name="silences">The result of <see cref="Silences"/>.</param>
    /// <param name="then">The same links with their totals at <see cref="Moments"/> of the silences.</param>
    /// <returns>The links that can be compared.</returns>
    public static IReadOnlyList<LinkComparison> Compare(
        IReadOnlyList<LinkCourse> links,
        ComparedTime time,
        ImmutableArray<DateTimeOffset> silences,
        IReadOnlyList<LinkCourse> then
    )
    {
        var totals = then.ToDictionary(link => (link.Email, link.Location), link => link.Totals);
        return
        [
            .. links.Where(IsKnown).GroupBy(link => link.Email).Where(email => email.Skip(1).Any()).SelectMany(email => Email([.. email])),
        ];

        IEnumerable<LinkComparison> Email(ImmutableArray<LinkCourse> email)
        {
            var reference = In(ComparedTime.Reference);
            var windows = time.Windows.Select((_, window) => In(ComparedTime.Window(window))).ToArray();
            var quiet = silences
                .Select(
                    (_, silence) =>
                        email.Any(link => link.LastChange == silences[silence])
                            ? new EmailClicks([.. email.Select(link => Since(link, silence))], LoudestTried + 1)
                            : null
                )
                .ToArray();
            foreach (var (index, link) in email.Index())
            {
                var silence = IsSilent(link, time) ? silences.IndexOf(link.LastChange) : -1;
                ImmutableArray<ComparedWindow> compared =
                [
                    .. windows.Select((clicks, window) => InWindow(reference, clicks, index, time.End, time.Windows[window])),
                ];
                yield return new(
                    link.Email,
                    link.Location,
                    compared,
                    silence < 0 ? null : InSilence(reference, quiet[silence]!, index, link.LastChange, time, compared)
                );
            }

            EmailClicks In(Range moments) => new([.. email.Select(link => link.Gains(moments))], LoudestTried + 1);
        }

        ImmutableArray<long> Since(LinkCourse link, int silence) =>
            (
                link with
                {
                    Totals = totals.TryGetValue((link.Email, link.Location), out var at)
                        ? [.. at.AsSpan(silence * SilenceStretches, SilenceStretches), link.Totals[^1]]
                        : [.. new long?[SilenceStretches + 1]],
                }
            ).Gains(..);
    }

    /// <summary>
    /// Returns the chance that at most this many of an email's clicks are the link's, when each is with probability
    /// <paramref name="share"/>; never less than it. For a link without a click it is exact.
    /// </summary>
    /// <returns>Its natural logarithm, at most 0.</returns>
    internal static double LogChance(double got, double siblings, double share)
    {
        var (all, part) = (got + siblings, got / Math.Max(1, got + siblings));
        return part >= share
            ? 0
            : -all * ((part > 0 ? part * Math.Log(part / share) : 0) + ((1 - part) * Math.Log((1 - part) / (1 - share))));
    }

    private static bool IsKnown(LinkCourse link) => link.Totals[0] is not null && link.Location != LinkTable.Overflow;

    private static bool IsSilent(LinkCourse link, ComparedTime time) => time.End - link.LastChange >= QuietWalks * time.Interval;

    private static ComparedWindow InWindow(EmailClicks reference, EmailClicks window, int link, DateTimeOffset end, TimeSpan length)
    {
        var (chance, calmExpected) = InTheCalmHalf(reference, window, link);
        var expected = window.Whole.Length == 2 ? calmExpected : Expected(reference, window, link);
        var looks = Week / length * window.Stretches.Length;
        return new(
            end - length,
            length,
            window.Whole[link],
            expected,
            window.Whole[link] <= FarLess * expected && chance < Math.Log(ChancePerWeek / looks)
        );
    }

    /// <summary>
    /// Compares the time since the link's last click. Each silence begins with a click, so a week has as many silences as clicks.
    /// </summary>
    private static ComparedWindow? InSilence(
        EmailClicks reference,
        EmailClicks since,
        int link,
        DateTimeOffset from,
        ComparedTime time,
        ImmutableArray<ComparedWindow> windows
    )
    {
        var (length, (chance, calmExpected)) = (time.End - from, InTheCalmHalf(reference, since, link));
        if (length <= LongestSilence && since.Whole.Length > 2)
        {
            chance = Math.Min(chance, WithoutTheLoudest(reference, since, link));
        }

        var clicks = Math.Max(1, reference.Whole[link] * (Week / time.ReferenceLength));
        var standsOut = chance < Math.Log(ChancePerWeek / clicks) || windows.Any(static window => window is { Got: 0, StandsOut: true });
        return standsOut && since.Whole[link] == 0
            ? new(from, length, Got: 0, since.Whole.Length == 2 ? calmExpected : Expected(reference, since, link), StandsOut: true)
            : null;
    }

    /// <summary>
    /// Returns the chance in the half of the stretches in which the siblings got least. Scanners were elsewhere then, and a correction or a
    /// late report is one stretch of three.
    /// </summary>
    /// <returns>
    /// The chance's logarithm, 0 when the link does not lack enough clicks; and the prediction of that half, extended to the whole time.
    /// </returns>
    private static (double LogChance, double Expected) InTheCalmHalf(EmailClicks reference, EmailClicks clicks, int link)
    {
        var own = clicks.Gains[link];
        var calm = own.Zip(clicks.Stretches, static (mine, all) => (Mine: mine, Others: all - mine))
            .OrderBy(static stretch => stretch.Others)
            .Take(own.Length / 2)
            .ToList();
        var (got, others) = (calm.Sum(static stretch => stretch.Mine), calm.Sum(static stretch => stretch.Others));
        var share = ClickShare.Estimate(reference, link);
        return (got <= FarLess * share.Odds * others ? LogChance(got, others, share.Low) : 0, 2 * share.Odds * others);
    }

    /// <summary>Returns the greatest chance when any one sibling is left out.</summary>
    private static double WithoutTheLoudest(EmailClicks reference, EmailClicks clicks, int link)
    {
        var others = clicks.All - clicks.Whole[link];
        return clicks
            .Loudest.Where(sibling => sibling != link)
            .Max(loud => LogChance(clicks.Whole[link], others - clicks.Whole[loud], ClickShare.Estimate(reference, link, loud).Low));
    }

    /// <summary>Returns the prediction of all siblings, or the least prediction with one of them left out.</summary>
    private static double Expected(EmailClicks reference, EmailClicks clicks, int link)
    {
        var (others, all) = (clicks.All - clicks.Whole[link], ClickShare.Estimate(reference, link).Odds);
        return clicks.Whole.Length == 2
            ? all * others
            : Math.Min(
                all * others,
                clicks
                    .Loudest.Where(sibling => sibling != link)
                    .Min(loud => ClickShare.Estimate(reference, link, loud).Odds * (others - clicks.Whole[loud]))
            );
    }
}
