using Exporter.SendGrid;
using Exporter.Snapshots;
using ApiEndpoint = Exporter.SendGrid.ApiEndpoint;

namespace Exporter.Polling;

/// <summary>One account and what of it is polled.</summary>
internal sealed record AccountOptions
{
    public required ApiOptions Api { get; init; }

    public AutomationsOptions Automations { get; init; } = new();

    public SingleSendsOptions SingleSends { get; init; } = new();

    /// <summary>What makes it the same account for the saved state.</summary>
    public AccountIdentity Identity => new(Api.BaseUrl.GetLeftPart(UriPartial.Authority), Api.Name ?? "", Api.OnBehalfOf ?? "");

    /// <summary>The campaigns that the configuration lists.</summary>
    /// <param name="interval">For those without one of their own.</param>
    public IEnumerable<CampaignDefinition> Listed(TimeSpan interval) =>
        [
            .. Automations.List.Select(automation => new CampaignDefinition(
                CampaignKind.Automation,
                automation.Id,
                automation.Name,
                automation.Interval ?? interval
            )
            {
                StepNames = [.. automation.Steps.Select(step => (step.Id, step.Name))],
                IsConfigured = true,
            }),
            .. SingleSends.List.Select(send => new CampaignDefinition(CampaignKind.SingleSend, send.Id, send.Name, interval)
            {
                IsConfigured = true,
            }),
        ];

    /// <summary>The campaigns of a list that are polled and not known yet.</summary>
    /// <param name="kind">What the list lists.</param>
    /// <param name="list">Its rows.</param>
    /// <param name="known">What is polled already.</param>
    /// <param name="interval">For the new ones.</param>
    /// <param name="now">Only Single Sends sent lately are polled.</param>
    public IEnumerable<CampaignDefinition> NewIn(
        CampaignKind kind,
        IEnumerable<ListedCampaign> list,
        IEnumerable<CampaignDefinition> known,
        TimeSpan interval,
        DateTimeOffset now
    ) =>
        Discovery
            .Compare(
                Wanted(kind, list, now),
                [.. known.Where(identity => identity.Kind == kind).Select(identity => new PolledCampaign(identity, firstDue: default))],
                Excluded(kind)
            )
            .New.Select(found => new CampaignDefinition(kind, found.Id, ConfiguredName: null, interval));

    /// <summary>
    /// The same for something that was discovered by a former run of the program, when it was sent is for the list to say.
    /// </summary>
    public IEnumerable<CampaignDefinition> NewIn(CampaignSnapshot saved, IEnumerable<CampaignDefinition> known, TimeSpan interval) =>
        Discovery
            .Compare(
                NamesOf(saved.Kind).Contains(saved.Id, StringComparer.Ordinal) ? [] : [new ListedCampaign(saved.Id)],
                [
                    .. known
                        .Where(identity => identity.Kind == saved.Kind)
                        .Select(identity => new PolledCampaign(identity, firstDue: default)),
                ],
                Excluded(saved.Kind)
            )
            .New.Select(found => new CampaignDefinition(saved.Kind, found.Id, ConfiguredName: null, interval));

    /// <summary>What of a list is polled.</summary>
    /// <remarks>An id that is the name of another one would be its label, too, and one series would hold the numbers of both.</remarks>
    public IEnumerable<ListedCampaign> Wanted(CampaignKind kind, IEnumerable<ListedCampaign> list, DateTimeOffset now) =>
        (kind == CampaignKind.Automation ? list : list.Where(send => send.WasSentWithin(SingleSends.MaxAge, now))).Where(campaign =>
            !NamesOf(kind).Contains(campaign.Id, StringComparer.Ordinal)
        );

    private IEnumerable<string?> NamesOf(CampaignKind kind) =>
        kind == CampaignKind.Automation
            ? Automations.List.Select(automation => automation.Name)
            : SingleSends.List.Select(send => send.Name);

    /// <summary>Whether another walk of the list would find the same as with these options.</summary>
    public bool FindsTheSame(CampaignKind kind, AccountOptions other) =>
        Api.BaseUrl == other.Api.BaseUrl
        && (
            kind == CampaignKind.Automation
                ? Automations.Names == other.Automations.Names
                    && Automations.Exclude.SequenceEqual(other.Automations.Exclude, StringComparer.Ordinal)
                    && Automations
                        .List.Select(each => each.Id)
                        .SequenceEqual(other.Automations.List.Select(each => each.Id), StringComparer.Ordinal)
                : SingleSends.MaxAge == other.SingleSends.MaxAge
                    && SingleSends
                        .List.Select(each => each.Id)
                        .SequenceEqual(other.SingleSends.List.Select(each => each.Id), StringComparer.Ordinal)
        );

    /// <summary>Ids that discovery leaves out.</summary>
    public IReadOnlyList<string> Excluded(CampaignKind kind) => kind == CampaignKind.Automation ? Automations.Exclude : [];

    /// <summary>What an attempt asks, at least one page each.</summary>
    public IReadOnlyList<ApiEndpoint> EndpointsOf(CampaignKind kind) =>
        kind == CampaignKind.SingleSend ? [ApiEndpoint.SingleSendLinks, ApiEndpoint.SingleSendStats]
        : Automations.StepStats ? [ApiEndpoint.AutomationLinks, ApiEndpoint.AutomationStats]
        : [ApiEndpoint.AutomationLinks];

    /// <summary>The kinds whose lists are walked.</summary>
    public IEnumerable<CampaignKind> Discovered =>
        Enum.GetValues<CampaignKind>().Where(kind => kind == CampaignKind.Automation ? Automations.Discover : SingleSends.Discover);
}
