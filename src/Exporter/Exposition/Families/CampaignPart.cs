using Exporter.Snapshots;

namespace Exporter.Exposition.Families;

/// <summary>What the families of an automation or a Single Send are read off: the campaign as it is to be seen at a moment.</summary>
/// <param name="Account">Value of the label <c>account</c>; <see langword="null"/> when it is absent.</param>
/// <param name="Campaign">The campaign.</param>
/// <param name="Data">
/// Its data as far as they may be served; <see langword="null"/> before the first complete walk and beyond <c>max_age</c>.
/// </param>
/// <param name="Now">The moment.</param>
internal sealed record CampaignPart(string? Account, CampaignSnapshot Campaign, CampaignData? Data, DateTimeOffset Now)
    : Part(("account", Account), (Campaign.Kind == CampaignKind.Automation ? "automation" : "singlesend", Campaign.Label))
{
    public static CampaignPart AsOf(DateTimeOffset now, TimeSpan maxAge, string? account, CampaignSnapshot campaign) =>
        new(account, campaign, campaign.ServableData(now, maxAge), now);

    /// <summary>
    /// Vanished links that are still shown as missing. While the table stays the same, their number says which: those whose grace time
    /// ends last.
    /// </summary>
    public int Missing { get; } = Data?.Links.Vanished.Count(vanished => vanished.ShownUntil > Now) ?? 0;

    /// <summary>
    /// The moment from which on the same campaign is to be seen differently, because values have aged or a grace time has ended.
    /// </summary>
    public DateTimeOffset ValidUntil(TimeSpan maxAge)
    {
        if (Campaign.Health.LastSuccess is not { } last)
        {
            return DateTimeOffset.MaxValue;
        }

        if (Data is null)
        {
            return ClockReading.IsAhead(last, Now) ? last - ClockReading.Tolerance : DateTimeOffset.MaxValue;
        }

        // Values of exactly the greatest age are still served.
        var aged = DateTimeOffset.MaxValue - last > maxAge ? last + maxAge + TimeSpan.FromTicks(1) : DateTimeOffset.MaxValue;
        return Data.Links.Vanished.Select(vanished => vanished.ShownUntil).Where(until => until > Now).Append(aged).Min();
    }

    /// <inheritdoc/>
    public override bool IsSamePart(Part other) =>
        other is CampaignPart known
        && Campaign.Kind == known.Campaign.Kind
        && string.Equals(Campaign.Id, known.Campaign.Id, StringComparison.Ordinal)
        && string.Equals(Campaign.Label, known.Campaign.Label, StringComparison.Ordinal)
        && string.Equals(Account, known.Account, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool LooksLike(Part other) =>
        other is CampaignPart known
        && ReferenceEquals(Campaign, known.Campaign)
        && ReferenceEquals(Data, known.Data)
        && Missing == known.Missing;
}
