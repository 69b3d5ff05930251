using Exporter.History;
using Exporter.Polling;

namespace Exporter.Backfill;

/// <summary>A total of an email or a link with its past, under the labels that <c>/metrics</c> gives it.</summary>
/// <param name="Family">Name on <c>/metrics</c>.</param>
/// <param name="Labels">Its labels in the family's order; a <see langword="null"/> value leaves its label out.</param>
/// <param name="Samples">Values in time order.</param>
internal sealed record BackfillSeries(
    string Family,
    IReadOnlyList<(string Label, string? Value)> Labels,
    IEnumerable<(DateTimeOffset At, long Value)> Samples
)
{
    /// <returns><see langword="null"/> for what <c>/metrics</c> does not show of this kind of campaign.</returns>
    public static BackfillSeries? Create(
        AccountOptions account,
        CampaignDefinition campaign,
        SeriesKey key,
        IEnumerable<(DateTimeOffset At, long Value)> samples
    ) =>
        BackfillWriter.FamilyOf(campaign.Kind, key.What) is { } family
            ? new BackfillSeries(
                family,
                BackfillWriter.Labels(family, account.Api.Name, campaign.Label, key.First, key.Second, key.Location),
                samples
            )
            : null;
}
