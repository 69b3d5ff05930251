using Exporter.History;
using Exporter.Polling;

namespace Exporter.Backfill;

/// <summary>The past of one total of an email or a link, under the labels that it has on <c>/metrics</c>.</summary>
/// <param name="Family">The name on <c>/metrics</c>.</param>
/// <param name="Labels">The labels in the family's order; one with a <see langword="null"/> value is left out.</param>
/// <param name="Samples">Values in time order.</param>
internal sealed record BackfillSeries(
    string Family,
    IReadOnlyList<(string Label, string? Value)> Labels,
    IEnumerable<(DateTimeOffset At, long Value)> Samples
)
{
    /// <returns><see langword="null"/> for totals that <c>/metrics</c> does not show for this kind of campaign.</returns>
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
