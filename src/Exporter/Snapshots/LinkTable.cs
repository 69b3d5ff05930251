using System.Collections.Immutable;

namespace Exporter.Snapshots;

/// <summary>The links of one campaign after one complete walk.</summary>
internal sealed record LinkTable
{
    public static readonly LinkTable Empty = new();

    /// <summary>Location of the series that sums what has none of its own. A link that the API puts there is part of that sum.</summary>
    public const string Overflow = "overflow";

    private LinkTable() { }

    /// <summary>All links, by email and location.</summary>
    public ImmutableArray<Link> Links { get; private init; } = [];

    public ImmutableArray<VanishedLink> Vanished { get; private init; } = [];

    /// <summary>
    /// The same object from walk to walk as long as the links are the same, with the same URLs and the same of them shown; so what shows
    /// no numbers can be kept while this stays.
    /// </summary>
    public object Layout { get; private init; } = new();

    /// <summary>How much of their URLs all links show: of one that was walked when less was shown, no more is known.</summary>
    public UrlDisplay Display { get; private init; } = UrlDisplay.Full;

    /// <summary>Per email the clicks of the links without a series of their own.</summary>
    public ImmutableArray<(EmailKey Email, long Clicks)> Overflows { get; private init; } = [];

    /// <summary>Links without a series of their own.</summary>
    public int OverflowLinkCount { get; private init; }

    /// <summary>Rows that were added to another row's link.</summary>
    public int RowsMerged { get; private init; }

    /// <summary>
    /// The table after a walk. The sum over its series equals the sum over the rows: rows with the same identity (an edited email: two
    /// URLs at one place; or a plain duplicate) are summed, and the smallest links beyond the limit are summed per email.
    /// </summary>
    /// <param name="rows">Every row of one complete walk.</param>
    /// <param name="options">What is shown, and how much.</param>
    /// <param name="now">End of the walk.</param>
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
    /// The table of parts that are known already; which links are shown is decided anew. Links of an older version whose identities are the
    /// same by now are summed.
    /// </summary>
    /// <param name="links">The links.</param>
    /// <param name="vanished">Those that were there once.</param>
    /// <param name="rowsMerged">Rows that were added to another row's link.</param>
    /// <param name="options">What is shown, and how much.</param>
    /// <param name="display">How much of their URLs is known.</param>
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

    /// <summary>The same after the clock was set, see <see cref="ClockReading"/>.</summary>
    public LinkTable ShiftBy(TimeSpan by, DateTimeOffset now) =>
        this with
        {
            Links = [.. Links.Select(link => link.ShiftBy(by, now))],
            Vanished = [.. Vanished.Select(gone => new VanishedLink(gone.Link.ShiftBy(by, now), gone.ShownUntil + by))],
        };

    /// <summary>What a former run saved, as this run begins with it.</summary>
    /// <param name="missingGrace">No vanished link is shown longer.</param>
    /// <param name="now">The time.</param>
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

    /// <param name="links">The links.</param>
    /// <param name="vanished">Those that were there once.</param>
    /// <param name="rowsMerged">Rows that were added to another row's link.</param>
    /// <param name="options">How many are shown.</param>
    /// <param name="display">How much of their URLs is.</param>
    /// <param name="emails">
    /// The emails of the table before. Links take over the object of their email, as most of the memory that a row brings is the text of
    /// its step.
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
                    (rank < options.MaxPerAutomation && link.Location != Overflow) == link.IsShown
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
            Vanished = [.. vanished.OrderBy(vanished => vanished.Link, Order)],
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

    /// <summary>The same links under other options, until the next walk.</summary>
    /// <param name="options">What is shown now, and how much.</param>
    /// <param name="shown">How much of the URLs was shown.</param>
    /// <param name="now">A shorter grace for vanished links begins here.</param>
    public LinkTable WithOptions(LinksOptions options, UrlDisplay shown, DateTimeOffset now)
    {
        var longest = now + options.MissingGrace;
        return Restore(
            Links.Select(link => link.Narrowed(shown, options.Url)),
            Vanished.Select(gone => new VanishedLink(
                gone.Link.Narrowed(shown, options.Url),
                gone.ShownUntil < longest ? gone.ShownUntil : longest
            )),
            RowsMerged,
            options,
            Display
        );
    }

    /// <summary>A link that a walk finds as it was stays the same object, so that tables of the same links share them.</summary>
    private static Link Merge(
        (EmailKey Email, string Location) identity,
        ObservedLink[] rows,
        Link? before,
        LinksOptions options,
        DateTimeOffset now
    )
    {
        var clicks = rows.Select(row => row.Clicks).Aggregate(Counts.SaturatingAdd);
        var urls = UrlText.OfPlace(rows.Select(row => (row.Url, row.Clicks)), options.Url);
        var noPages = NoPages(rows, urls, options.Url);
        if (before is null)
        {
            return new Link(identity.Email, identity.Location, clicks, urls, LastIncrease: null, IsShown: true) { NoPages = noPages };
        }

        var link = before with
        {
            Clicks = clicks,
            Urls = urls.SequenceEqual(before.Urls) ? before.Urls : urls,
            NoPages = noPages.SequenceEqual(before.NoPages) ? before.NoPages : noPages,
            LastIncrease = clicks > before.Clicks ? now : before.LastIncrease,
            IsIncreaseSaved = clicks <= before.Clicks && before.IsIncreaseSaved,
        };
        return link == before ? before : link;
    }

    private static ImmutableArray<string> NoPages(ObservedLink[] rows, ImmutableArray<string> urls, UrlDisplay shown)
    {
        var pages = Array.FindAll(rows, static row => row.Url is { } url && !Placeholders.ContainedIn(url));
        return pages.Length == rows.Length ? [] : Link.Except(urls, UrlText.OfPlace(pages.Select(row => (row.Url, row.Clicks)), shown));
    }

    private static Link Together(Link link, Link same) =>
        link with
        {
            Clicks = Counts.SaturatingAdd(link.Clicks, same.Clicks),
            Urls = UrlText.OfPlace([.. link.Urls, .. same.Urls]),
            NoPages = Link.Except(
                [.. link.NoPages.Union(same.NoPages, StringComparer.Ordinal)],
                Link.Except(link.Urls, link.NoPages).Concat(Link.Except(same.Urls, same.NoPages))
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

    /// <summary>The same table, with the parts that are as they were taken from the table before.</summary>
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
            EmailKey.Order.Compare(a.Email, b.Email) is var byEmail and not 0 ? byEmail
            : a.Location.Length.CompareTo(b.Location.Length) is var byDigits and not 0 ? byDigits
            : string.CompareOrdinal(a.Location, b.Location)
    );
}
