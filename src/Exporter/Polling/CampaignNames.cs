using System.Collections.Immutable;
using Exporter.SendGrid;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>What lists tell of campaigns beside their ids.</summary>
internal static class CampaignNames
{
    /// <summary>The names of automations and of their steps, from the undocumented list.</summary>
    /// <param name="shown">The account's campaigns.</param>
    /// <param name="names">What the list told.</param>
    /// <param name="configured">Names of steps that the configuration gives an automation; they win.</param>
    public static ImmutableArray<CampaignSnapshot> OfAutomations(
        ImmutableArray<CampaignSnapshot> shown,
        IReadOnlyList<AutomationName> names,
        Func<string, IEnumerable<(string Step, string Name)>> configured
    )
    {
        var byId = names
            .DistinctBy(name => name.Id, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(name => name.Id, StringComparer.OrdinalIgnoreCase);
        return Described(
            shown,
            CampaignKind.Automation,
            byId,
            (campaign, name) =>
                campaign with
                {
                    Name = name.Name,
                    StepNames =
                    [
                        .. configured(campaign.Id)
                            .Concat(name.Steps.Select(step => (step.Key, step.Value)))
                            .DistinctBy(step => step.Item1, StringComparer.Ordinal),
                    ],
                }
        );
    }

    /// <summary>The names and states of Single Sends, from their list.</summary>
    public static ImmutableArray<CampaignSnapshot> OfSingleSends(
        ImmutableArray<CampaignSnapshot> shown,
        IReadOnlyDictionary<string, ListedCampaign> list
    ) =>
        Described(
            shown,
            CampaignKind.SingleSend,
            list,
            static (campaign, send) => campaign with { Name = send.Name, Status = send.Status }
        );

    private static ImmutableArray<CampaignSnapshot> Described<T>(
        ImmutableArray<CampaignSnapshot> shown,
        CampaignKind kind,
        IReadOnlyDictionary<string, T> told,
        Func<CampaignSnapshot, T, CampaignSnapshot> describe
    ) =>
        [
            .. shown.Select(campaign =>
                campaign.Kind == kind && told.TryGetValue(campaign.Id, out var what) ? describe(campaign, what) : campaign
            ),
        ];
}
