using Exporter.Snapshots;

namespace Exporter.Exposition.Families;

/// <summary>The automation or Single Send that the campaign families read, as it looks at one moment.</summary>
/// <param name="Account">The value of the label <c>account</c>; <see langword="null"/> when it is absent.</param>
/// <param name="Data">The data that may be served; <see langword="null"/> before the first complete walk and beyond <c>max_age</c>.</param>
internal sealed record CampaignSubject(string? Account, CampaignSnapshot Campaign, CampaignData? Data, DateTimeOffset Now)
    : Subject(("account", Account), (Campaign.Kind == CampaignKind.Automation ? "automation" : "singlesend", Campaign.Label))
{
    public static CampaignSubject AsOf(DateTimeOffset now, TimeSpan maxAge, string? account, CampaignSnapshot campaign) =>
        new(account, campaign, campaign.ServableData(now, maxAge), now);

    /// <summary>
    /// The number of vanished links that are still shown as missing. While the table stays the same, the number identifies them: those
    /// whose grace ends last.
    /// </summary>
    public int Missing { get; } = Data?.Links.Vanished.Count(vanished => vanished.ShownUntil > Now) ?? 0;

    /// <summary>
    /// Returns the moment from which the same campaign looks different, because its values have expired or a grace has ended.
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
    public override bool IsSameSubject(Subject other) =>
        other is CampaignSubject known
        && Campaign.Kind == known.Campaign.Kind
        && string.Equals(Campaign.Id, known.Campaign.Id, StringComparison.Ordinal)
        && string.Equals(Campaign.Label, known.Campaign.Label, StringComparison.Ordinal)
        && string.Equals(Account, known.Account, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool LooksLike(Subject other) =>
        other is CampaignSubject known
        && ReferenceEquals(Campaign, known.Campaign)
        && ReferenceEquals(Data, known.Data)
        && Missing == known.Missing;
}
