using System.Collections.Immutable;

namespace Exporter.Snapshots;

/// <summary>The links of one campaign after one complete walk.</summary>
internal sealed record LinkTable
{
    public static readonly LinkTable Empty = new();

    /// <summary>
    /// The location of the series that sums the links without a series of their own. A link that the API puts there is part of that sum.
    /// </summary>
    public const string Overflow = "overflow";

    private LinkTable() { }

    /// <summary>All links, by email and location.</summary>
    public ImmutableArray<Link> Links { get; private init; } = [];

    /// <summary>Links that the last walk no longer had, as many as may have series: those with most clicks.</summary>
    public ImmutableArray<VanishedLink> Vanished { get; private init; } = [];

    /// <summary>
    /// A token that stays the same object while the links, their URLs and the choice of those shown stay the same. Output without numbers
    /// can be reused while it stays.
    /// </summary>
    public object Layout { get; private init; } = new();

    /// <summary>The part of each URL that this table knows. A link that was walked under a narrower setting has no more.</summary>
    public UrlDisplay Display { get; private init; } = UrlDisplay.Full;

    /// <summary>The clicks of the links without a series of their own, per email.</summary>
    public ImmutableArray<(EmailKey Email, long Clicks)> Overflows { get; private init; } = [];

    /// <summary>The number of links without a series of their own.</summary>
    public int OverflowLinkCount { get; private init; }

    /// <summary>The number of rows that were added to another row's link.</summary>
    public int RowsMerged { get; private init; }

    /// <summary>
    /// Returns the table after a walk. The sum over its series equals the sum over the rows: rows with the same identity (an edited email
    /// with two URLs at one place, or a plain duplicate) are summed, and the smallest links beyond the limit are summed per email.
    /// </summary>
    /// <param name="rows">Every row of one complete walk.</param>
    /// <param name="now">The end of the walk.</param>
    public LinkTable ApplyWalk(IReadOnlyCollection<ObservedLink> rows, LinksOptions options, DateTimeOffset now)
    {
        var known = Links.Concat(Vanished.Select(vanished => vanished.Link)).ToDictionary(link => (link.Email, link.Location));
        var links = rows.GroupBy(row => (row.Email, row.Location))
            .Select(group => Merge(group.Key, [.. group], known.GetValueOrDefault(group.Key), options, now))
            .ToList();
        var present = links.Select(link => (link.Email, link.Location)).ToHashSet();
        var vanished = Vanished
            .Where(vanished => vanished.ShownUntil > now)
            .Concat(Links.Where(link => link.IsShown).Select(link => new VanishedLink(link, now + options.MissingGrace)))
            .Where(vanished => !present.Contains((vanished.Link.Email, vanished.Link.Location)));
        return Build(links, vanished, rows.Count - links.Count, options, options.Url, [.. Links.Select(link => link.Email)])
            .ReusePartsOf(this);
    }

    /// <summary>
    /// Returns the table as one that follows that of a former run, which was read only after the walks of this one. The increases that the
    /// former run saw stay known, and the links that it had and this one has not are vanished.
    /// </summary>
    /// <param name="now">The start of their grace.</param>
    public LinkTable Continuing(LinkTable former, LinksOptions options, DateTimeOffset now)
    {
        var saved = former.Links.Concat(former.Vanished.Select(gone => gone.Link)).ToDictionary(link => (link.Email, link.Location));
        var vanished = former
            .Links.Where(link => link.IsShown)
            .Select(link => new VanishedLink(link, now + options.MissingGrace))
            .Concat(former.Vanished.Where(gone => gone.ShownUntil > now));
        var own = Vanished.Select(gone => gone with { Link = Since(gone.Link) });
        return Restore(Links.Select(Since), own.Concat(vanished), RowsMerged, options, Display);

        Link Since(Link link) =>
            link.LastIncrease is null && saved.GetValueOrDefault((link.Email, link.Location)) is { LastIncrease: not null } before
                ? link with
                {
                    LastIncrease = before.LastIncrease,
                    IsIncreaseSaved = before.IsIncreaseSaved,
                }
                : link;
    }

    /// <summary>
    /// Builds the table from saved parts and chooses anew which links are shown. Links of an older version whose identities have become
    /// equal are summed.
    /// </summary>
    /// <param name="vanished">Links that the last walk no longer had.</param>
    /// <param name="display">The part of each URL that is known.</param>
    public static LinkTable Restore(
        IEnumerable<Link> links,
        IEnumerable<VanishedLink> vanished,
        int rowsMerged,
        LinksOptions options,
        UrlDisplay display
    )
    {
        var known = links.ToList();
        var distinct = known.GroupBy(link => (link.Email, link.Location)).ToDictionary(same => same.Key, same => same.Aggregate(Together));
        return Build(
            distinct.Values,
            vanished
                .DistinctBy(gone => (gone.Link.Email, gone.Link.Location))
                .Where(gone => !distinct.ContainsKey((gone.Link.Email, gone.Link.Location))),
            rowsMerged + known.Count - distinct.Count,
            options,
            display < options.Url ? display : options.Url,
            emails: []
        );
    }

    /// <summary>Returns the table as it looks after the clock was set, see <see cref="ClockReading"/>.</summary>
    public LinkTable ShiftBy(TimeSpan by, DateTimeOffset now) =>
        this with
        {
            Links = [.. Links.Select(link => link.ShiftBy(by, now))],
            Vanished = [.. Vanished.Select(gone => new VanishedLink(gone.Link.ShiftBy(by, now), gone.ShownUntil.ShiftedBy(by)))],
        };

    /// <summary>Returns the table that a former run saved, prepared as the start of this run.</summary>
    /// <param name="missingGrace">The longest time from now that a vanished link is still shown.</param>
    public LinkTable Resumed(TimeSpan missingGrace, DateTimeOffset now)
    {
        var longest = now + missingGrace;
        return this with
        {
            Links = [.. Links.Select(Saved)],
            Vanished =
            [
                .. Vanished.Select(gone => new VanishedLink(Saved(gone.Link), gone.ShownUntil < longest ? gone.ShownUntil : longest)),
            ],
        };

        Link Saved(Link link) => (link.LastIncrease is null ? link : link with { IsIncreaseSaved = true }).ShiftBy(TimeSpan.Zero, now);
    }

    /// <param name="emails">
    /// The emails of the table before. Links reuse its objects, because the text of its step is most of the memory that a row takes.
    /// </param>
    private static LinkTable Build(
        IEnumerable<Link> links,
        IEnumerable<VanishedLink> vanished,
        int rowsMerged,
        LinksOptions options,
        UrlDisplay display,
        HashSet<EmailKey> emails
    )
    {
        var ranked = links
            .Select(link => Intern(emails, link))
            .OrderByDescending(link => link.Clicks)
            .ThenBy(link => link, Order)
            .Select(
                (link, rank) =>
                    (rank < options.MaxPerCampaign && link.Location != Overflow) == link.IsShown
                        ? link
                        : link with
                        {
                            IsShown = !link.IsShown,
                        }
            )
            .Order(Order)
            .ToImmutableArray();
        var hidden = ranked.Where(link => !link.IsShown).ToList();
        return new LinkTable
        {
            Links = ranked,
            Vanished =
            [
                .. vanished
                    .OrderByDescending(vanished => vanished.Link.Clicks)
                    .ThenBy(vanished => vanished.Link, Order)
                    .Take(options.MaxPerCampaign)
                    .OrderBy(vanished => vanished.Link, Order),
            ],
            Overflows =
            [
                .. hidden
                    .GroupBy(link => link.Email)
                    .Select(email => (email.Key, email.Select(link => link.Clicks).Aggregate(Counts.SaturatingAdd))),
            ],
            OverflowLinkCount = hidden.Count,
            RowsMerged = rowsMerged,
            Display = display,
        };
    }

    /// <summary>Returns the same links under other options, for use until the next walk.</summary>
    /// <param name="now">The start of a shorter grace for vanished links.</param>
    public LinkTable WithOptions(LinksOptions options, DateTimeOffset now)
    {
        var longest = now + options.MissingGrace;
        return Restore(
            Links.Select(link => link.Narrowed(Display, options.Url)),
            Vanished.Select(gone => new VanishedLink(
                gone.Link.Narrowed(Display, options.Url),
                gone.ShownUntil < longest ? gone.ShownUntil : longest
            )),
            RowsMerged,
            options,
            Display
        );
    }

    /// <summary>Returns the very same link when the walk found no change, so that tables with the same links share them.</summary>
    private static Link Merge(
        (EmailKey Email, string Location) identity,
        ObservedLink[] rows,
        Link? before,
        LinksOptions options,
        DateTimeOffset now
    )
    {
        var clicks = rows.Select(row => row.Clicks).Aggregate(Counts.SaturatingAdd);
        var urls = UrlText.OfPlace(rows, options.Url);
        var withoutPage = WithoutPage(rows, urls, options.Url);
        if (before is null)
        {
            return new Link(identity.Email, identity.Location, clicks, urls, LastIncrease: null, IsShown: true)
            {
                UrlsWithoutPage = withoutPage,
            };
        }

        var link = before with
        {
            Clicks = clicks,
            Urls = urls.SequenceEqual(before.Urls) ? before.Urls : urls,
            UrlsWithoutPage = withoutPage.SequenceEqual(before.UrlsWithoutPage) ? before.UrlsWithoutPage : withoutPage,
            LastIncrease = clicks > before.Clicks ? now : before.LastIncrease,
            IsIncreaseSaved = clicks <= before.Clicks && before.IsIncreaseSaved,
        };
        return link == before ? before : link;
    }

    private static ImmutableArray<string> WithoutPage(ObservedLink[] rows, ImmutableArray<string> urls, UrlDisplay shown)
    {
        return Array.TrueForAll(rows, IsPage) ? [] : Link.Except(urls, UrlText.OfPlace(Array.FindAll(rows, IsPage), shown));

        static bool IsPage(ObservedLink row) => row.Url is { } url && !Placeholders.ContainedIn(url);
    }

    private static Link Together(Link link, Link same) =>
        link with
        {
            Clicks = Counts.SaturatingAdd(link.Clicks, same.Clicks),
            Urls = UrlText.OfPlace([.. link.Urls, .. same.Urls]),
            UrlsWithoutPage = Link.Except(
                [.. link.UrlsWithoutPage.Union(same.UrlsWithoutPage, StringComparer.Ordinal)],
                Link.Except(link.Urls, link.UrlsWithoutPage).Concat(Link.Except(same.Urls, same.UrlsWithoutPage))
            ),
            LastIncrease = same.LastIncrease > link.LastIncrease ? same.LastIncrease : link.LastIncrease ?? same.LastIncrease,
        };

    private static Link Intern(HashSet<EmailKey> emails, Link link)
    {
        var (first, second) = emails.Add(link.Email) || !emails.TryGetValue(link.Email, out var known) ? link.Email : known;
        return ReferenceEquals(first, link.Email.StepOrVariation) && ReferenceEquals(second, link.Email.Phase)
            ? link
            : link with
            {
                Email = new EmailKey(first, second),
            };
    }

    /// <summary>Returns this table with every unchanged part taken from the table before.</summary>
    private LinkTable ReusePartsOf(LinkTable before) =>
        this with
        {
            Links = Links.SequenceEqual(before.Links, ReferenceEquals) ? before.Links : Links,
            Vanished = Vanished.SequenceEqual(before.Vanished, ReferenceEquals) ? before.Vanished : Vanished,
            Layout = Links.SequenceEqual(before.Links, LooksTheSame) ? before.Layout : Layout,
        };

    private static bool LooksTheSame(Link a, Link b) =>
        ReferenceEquals(a, b) || (a.IsShown == b.IsShown && a.Urls == b.Urls && a.Email == b.Email && a.Location == b.Location);

    private static readonly Comparer<Link> Order = Comparer<Link>.Create(
        static (a, b) =>
        {
            if (EmailKey.Order.Compare(a.Email, b.Email) is var byEmail and not 0)
            {
                return byEmail;
            }

            return a.Location.Length.CompareTo(b.Location.Length) is var byDigits and not 0
                ? byDigits
                : string.CompareOrdinal(a.Location, b.Location);
        }
    );
}
