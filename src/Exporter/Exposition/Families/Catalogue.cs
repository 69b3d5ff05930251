using Exporter.Snapshots;

namespace Exporter.Exposition.Families;

/// <summary>Every family that comes from the snapshot, in the order of <c>/metrics</c>.</summary>
internal static class Catalogue
{
    public static IReadOnlyList<MetricFamily<AccountSubject>> Accounts => AccountFamilies.All;

    /// <summary>
    /// Returns a kind's families. Those with many samples in one campaign come first, see <see cref="MetricFamily{TSubject}.IsDetailed"/>.
    /// </summary>
    public static IReadOnlyList<MetricFamily<CampaignSubject>> FamiliesOf(CampaignKind kind) =>
        kind == CampaignKind.Automation ? AutomationFamilies.All : SingleSendFamilies.All;

    public static IReadOnlyList<MetricFamily<ExporterSubject>> Exporter => ExporterFamilies.All;

    /// <summary>Every family, for documents and tests.</summary>
    public static IEnumerable<MetricFamily> All => [.. Accounts, .. AutomationFamilies.All, .. SingleSendFamilies.All, .. Exporter];
}
