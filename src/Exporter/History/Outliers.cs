using Exporter.Snapshots;

namespace Exporter.History;

/// <summary>
/// Compares the links of a campaign with their siblings, by the observations in the store; see <see cref="SiblingPrediction"/>.
/// </summary>
internal static class Outliers
{
    /// <summary>
    /// Returns the comparison of every link; empty while too little is known, and for a campaign whose values are no longer served.
    /// </summary>
    /// <param name="retention">The age of the oldest observations in the store.</param>
    /// <param name="served">The data of the campaign that are served.</param>
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">The database cannot be read.</exception>
    public static IReadOnlyList<LinkComparison> Compare(
        HistoryReader reader,
        AccountIdentity account,
        CampaignSnapshot campaign,
        CampaignData? served,
        TimeSpan retention
    )
    {
        if (
            campaign.Kind != CampaignKind.Automation
            || served is null
            || campaign.Health.LastSuccess is not { } end
            || reader.Extent(account, campaign.Kind, campaign.Id, SeriesKey.LinkClicks).FirstSeen is not { } first
            || ComparedTime.Find(end, first > end - retention ? first : end - retention, campaign.Interval) is not { } time
        )
        {
            return [];
        }

        var present = served.Links.Links.Select(link => (link.Email, link.Location)).ToHashSet();
        var links = Read(time.Moments);
        var silences = SiblingPrediction.Silences(links, time);
        return SiblingPrediction.Compare(links, time, silences, silences.IsEmpty ? [] : Read(SiblingPrediction.Moments(silences, time)));

        List<LinkCourse> Read(IReadOnlyList<DateTimeOffset> moments) =>
            [
                .. reader
                    .Courses(account, campaign.Kind, campaign.Id, moments)
                    .Where(link => present.Contains((link.Email, link.Location)))
                    .DistinctBy(link => (link.Email, link.Location)),
            ];
    }
}
