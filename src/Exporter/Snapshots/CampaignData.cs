using System.Collections.Immutable;

namespace Exporter.Snapshots;

/// <summary>The data of one complete, checked attempt. All of it is replaced together.</summary>
internal sealed record CampaignData
{
    public required LinkTable Links { get; init; }

    /// <summary>
    /// Whether the API has only ever answered 404 for the links of a campaign that is not known to have had any. That counts as "no data
    /// yet".
    /// </summary>
    public bool IsAbsent { get; init; }

    /// <summary>The same for its statistics.</summary>
    public bool AreStatisticsAbsent { get; init; }

    /// <summary>Whether a walk of its links ever had rows: from then on, a 404 is a failure and not "no data yet".</summary>
    public bool HadLinks { get; init; }

    /// <summary>The same for its statistics.</summary>
    public bool HadStatistics { get; init; }

    /// <summary>The API's own <c>total_clicks</c>; <see langword="null"/> when it reports none.</summary>
    public long? ReportedClicks { get; init; }

    /// <summary>Whether <c>_metadata.count</c> disagreed with the rows.</summary>
    public bool CountMismatch { get; init; }

    /// <summary>
    /// The end of the last walk that found other numbers than the walk before; the send time of a Single Send whose numbers have not
    /// changed yet; <see langword="null"/> when unknown.
    /// </summary>
    public ChangeTime? LastChange { get; init; }

    /// <summary>Statistics per email; empty when they are not polled.</summary>
    public ImmutableArray<EmailStatistics> Statistics { get; init; } = [];

    /// <summary>
    /// Whether what was found is not a walk after all: a 404 was taken for "no data yet", and a former run knew of rows there.
    /// </summary>
    public bool IsRefutedBy(CampaignData former) => (IsAbsent && former.HadLinks) || (AreStatisticsAbsent && former.HadStatistics);

    /// <summary>Returns this walk as one that follows those of a former run: it takes over what only they saw.</summary>
    /// <param name="now">From here on the links count as vanished that the former run had and this one has not.</param>
    public CampaignData Continuing(CampaignData former, LinksOptions options, DateTimeOffset now) =>
        this with
        {
            HadLinks = HadLinks || former.HadLinks,
            HadStatistics = HadStatistics || former.HadStatistics,
            Links = Links.Continuing(former.Links, options, now),
        };

    /// <summary>Whether every number is the same as in <paramref name="before"/>.</summary>
    public bool HasSameNumbersAs(CampaignData? before) =>
        before is not null
        && Links
            .Links.Select(link => (link.Email, link.Location, link.Clicks))
            .SequenceEqual(before.Links.Links.Select(link => (link.Email, link.Location, link.Clicks)))
        && Statistics.Select(email => email.Email).SequenceEqual(before.Statistics.Select(email => email.Email))
        && Statistics.SelectMany(email => email.Values).SequenceEqual(before.Statistics.SelectMany(email => email.Values));
}
