using Exporter.Snapshots;

namespace Exporter.History;

/// <summary>
/// Compares the links of a campaign with their siblings, by what the store has seen; see <see cref="SiblingPrediction"/>.
/// </summary>
internal static class Outliers
{
    /// <summary>Nothing while too little is known, and of a campaign whose values are no longer served.</summary>
    /// <param name="reader">Reads the store.</param>
    /// <param name="account">The account.</param>
    /// <param name="campaign">One of its campaigns.</param>
    /// <param name="retention">How far back the store reaches.</param>
    /// <param name="served">What is served of it.</param>
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
