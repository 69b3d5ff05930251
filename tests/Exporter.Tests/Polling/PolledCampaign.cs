using Exporter.Polling;
using Exporter.Snapshots;

namespace Exporter.Tests.Polling;

/// <summary>A campaign that a test has polled, as the account knows it now.</summary>
/// <param name="Book">The account.</param>
/// <param name="Polled">The campaign when its poll was due.</param>
internal sealed record PolledCampaign(AccountBook Book, CampaignState Polled)
{
    public CampaignState State => Book.State.Campaigns.Find(Polled) ?? Polled;

    public CampaignKind Kind => Polled.Kind;

    public string Id => Polled.Id;

    public DateTimeOffset Due => State.Due;

    public bool HadLinks => State.Snapshot.Data?.HadLinks == true;

    public bool Equals(PolledCampaign? other) =>
        other is not null && other.Polled.Key == Polled.Key && other.Polled.Number == Polled.Number;

    public override int GetHashCode() => Polled.Key.GetHashCode();
}
