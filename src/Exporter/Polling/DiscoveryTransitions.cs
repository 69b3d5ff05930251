using System.Collections.Immutable;
using Exporter.SendGrid;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>Applies the walks of lists to an account.</summary>
internal static class DiscoveryTransitions
{
    /// <summary>A walk of a list begins.</summary>
    /// <returns>Also how it begins: perhaps the answer is known without a request.</returns>
    public static (AccountState State, PollStart Start) BeginDiscovery(this AccountState state, CampaignKind kind, DateTimeOffset now)
    {
        state = state with { Lists = state.Lists.Begin(kind) };
        return state.Key.IsRefused ? state.BeginWhileRefused(Prober.List(kind), now) : (state, default);
    }

    /// <summary>
    /// A walk ended that began under options that are not in force any more; see <see cref="PollTransitions.RepeatPoll"/>.
    /// </summary>
    public static AccountState RepeatDiscovery(this AccountState state, CampaignKind kind, DateTimeOffset now, DateTimeOffset? notBefore) =>
        state.Snapshot.Discovery.ContainsKey(kind) ? state with { Lists = state.Lists.End(kind, now, notBefore) } : state;

    /// <summary>A walk of a list ended. A canceled one, or one of a list that is not asked for any more, leaves no trace.</summary>
    /// <param name="state">The account.</param>
    /// <param name="kind">The list.</param>
    /// <param name="found">What it holds, or why that is not known.</param>
    /// <param name="started">The start of the walk.</param>
    /// <param name="pages">The pages read, also by a failed walk.</param>
    /// <param name="now">The end of the walk.</param>
    /// <param name="notBefore">The time before which the API asked not to be asked for this list again.</param>
    public static AccountState CompleteDiscovery(
        this AccountState state,
        CampaignKind kind,
        ApiResult<CampaignList> found,
        DateTimeOffset started,
        int pages,
        DateTimeOffset now,
        DateTimeOffset? notBefore = null
    )
    {
        found = found.Error is null ? state.Bounded(kind, found.Value!, now) : found;
        var due = found.Error is null or { Reason: FailureReason.Canceled }
            ? now + state.Plan.Poll.DiscoveryInterval
            : ListSchedule.Retry(now, state.Plan.Poll);
        if (state.Snapshot.Discovery.ContainsKey(kind))
        {
            state = state with { Lists = state.Lists.End(kind, due, notBefore) };
        }

        if (found.Error is { Reason: FailureReason.Canceled } || !state.Snapshot.Discovery.TryGetValue(kind, out var health))
        {
            return state;
        }

        if (found.Error is { } error)
        {
            state = state with
            {
                ReportedLists = error.IsOfAccount
                    ? state.ReportedLists
                    : state.ReportedLists.SetItem(kind, state.ReportedCausesOf(kind).Add(error.Cause)),
            };
            health = health.Failed(now, now - started, pages, error.ToFailure());
        }
        else
        {
            state = (state with { ReportedLists = state.ReportedLists.Remove(kind) }).ApplyList(kind, found.Value!, now);
            health = health.Succeeded(now, now - started, pages);
        }

        return (state with { Snapshot = state.Snapshot with { Discovery = state.Snapshot.Discovery.SetItem(kind, health) } }).Published();
    }

    /// <summary>
    /// A list could not be applied, because of a mistake in this program: it is walked again an interval later.
    /// </summary>
    public static AccountState AbandonDiscovery(this AccountState state, CampaignKind kind, DateTimeOffset now) =>
        state.Snapshot.Discovery.ContainsKey(kind)
            ? state with
            {
                Lists = state.Lists.Plan(kind, now + state.Plan.Poll.DiscoveryInterval),
            }
            : state;

    /// <summary>
    /// Applies names that the undocumented list told. They are kept for automations that the list of statistics names later.
    /// </summary>
    public static AccountState ApplyNames(this AccountState state, IReadOnlyList<AutomationName> names) =>
        (state with { Names = names }).NameAutomations().Published();

    /// <summary>
    /// Refuses a list that names more to poll than <see cref="AnswerLimits.Campaigns"/>, or that makes it twice as many with those that
    /// lists have dropped: they go with the time.
    /// </summary>
    private static ApiResult<CampaignList> Bounded(this AccountState state, CampaignKind kind, CampaignList found, DateTimeOffset now)
    {
        var wanted = ListDifference.FindWanted(kind, found.Rows, state.Account, now).Select(static row => row.Id).ToHashSet(Ids.Comparer);
        var others = state.Campaigns.All.Count(campaign => campaign.Kind == kind && !wanted.Contains(campaign.Id));
        return wanted.Count > AnswerLimits.Campaigns || (others > 0 && wanted.Count + others > 2 * AnswerLimits.Campaigns)
            ? new ApiError(FailureReason.InvalidResponse, $"the list names so many that more than {AnswerLimits.Campaigns} would be polled")
            : found;
    }

    private static AccountState ApplyList(this AccountState state, CampaignKind kind, CampaignList found, DateTimeOffset now)
    {
        // A row without an id may be any campaign that the list does not name.
        var isWhole = found.NamelessRows == 0;
        var named = found.Rows.DistinctBy(static row => row.Id, Ids.Comparer).ToDictionary(static row => row.Id, Ids.Comparer);
        var change = ListDifference.Compare(
            ListDifference.FindWanted(kind, found.Rows, state.Account, now),
            [.. state.Campaigns.All.Where(campaign => campaign.Kind == kind)]
        );
        var lost = change.Gone.Where(gone => isWhole || named.ContainsKey(gone.Id)).Select(static gone => gone.Key).ToHashSet();
        var back = change.Back.Select(static campaign => campaign.Key).ToHashSet();
        state = state.Add(
            [
                .. change.New.Select(added =>
                    (CampaignDefinition.Discovered(kind, added.Id, state.Plan.Poll.Interval), (DateTimeOffset?)null)
                ),
            ],
            now
        );
        if (isWhole)
        {
            state = state with { Saved = state.Saved.Keep(saved => saved.Kind != kind) };
        }

        var onTrial = state.Campaigns.All.Where(static campaign => campaign.IsOnTrial).Select(static campaign => campaign.Key);
        state = state.Remove(lost.Intersect(onTrial).ToHashSet());
        var snapshot = state.Snapshot;
        return (
            state with
            {
                Campaigns = state.Campaigns.Map(campaign => campaign.Kind == kind ? Listed(campaign) : campaign),
                Snapshot = snapshot with
                {
                    SkippedRows = snapshot.SkippedRows.SetItem(kind, found.SkippedRows),
                    Namesakes = snapshot.Namesakes.SetItem(
                        kind,
                        [
                            .. CampaignPolicy
                                .Of(kind)
                                .Namesakes(named.Values, state.Account, now)
                                .Select(static row => row.Id)
                                .Order(Ids.Comparer),
                        ]
                    ),
                    NamelessIn = isWhole ? snapshot.NamelessIn.Remove(kind) : snapshot.NamelessIn.Add(kind),
                },
            }
        ).NameAutomations();

        CampaignState Listed(CampaignState campaign)
        {
            var row = named.GetValueOrDefault(campaign.Id);
            campaign = (lost.Contains(campaign.Key), back.Contains(campaign.Key)) switch
            {
                (true, _) => campaign with { DelistedAt = now },
                // Whether it still has to wait, the gate knows.
                (_, true) => campaign with { DelistedAt = null, NotBefore = null, Due = now },
                _ => campaign,
            };
            var isListed = (row, isWhole) switch
            {
                (not null, _) => true,
                (null, true) => false,
                _ => campaign.Snapshot.IsListed,
            };
            return (campaign.IsOnTrial && isListed == true ? campaign with { IsOnTrial = false } : campaign)
                .WithIsListed(isListed)
                .Describe(row);
        }
    }

    private static CampaignState WithIsListed(this CampaignState campaign, bool? isListed) =>
        campaign.Snapshot.IsListed == isListed ? campaign : campaign with { Snapshot = campaign.Snapshot with { IsListed = isListed } };

    /// <summary>Takes over what a list tells about a Single Send beside its id.</summary>
    private static CampaignState Describe(this CampaignState campaign, ListedCampaign? row)
    {
        if (row is null || campaign.Kind != CampaignKind.SingleSend)
        {
            return campaign;
        }

        var shown = campaign.Snapshot with { Name = row.Name, Status = row.Status, SentAt = row.SentAt };
        return shown == campaign.Snapshot ? campaign : campaign with { Snapshot = shown };
    }

    /// <summary>Gives automations and their steps the names that the undocumented list told. Configured names of steps win.</summary>
    private static AccountState NameAutomations(this AccountState state)
    {
        if (state.Account.Automations.Names == NameSource.Config || state.Names.Count == 0)
        {
            return state;
        }

        var names = state
            .Names.DistinctBy(static name => name.Id, Ids.Comparer)
            .ToDictionary(static name => new CampaignKey(CampaignKind.Automation, name.Id));
        return state with
        {
            Campaigns = state.Campaigns.Map(campaign => names.TryGetValue(campaign.Key, out var name) ? Named(campaign, name) : campaign),
        };

        static CampaignState Named(CampaignState campaign, AutomationName name)
        {
            var told = name.Steps.Select(static step => (step.Key, step.Value));
            var shown = (campaign.Snapshot with { Name = name.Name }).WithSteps(campaign.Definition.StepNames, [.. told]);
            return shown.Name == campaign.Snapshot.Name && shown.ToldSteps.SequenceEqual(campaign.Snapshot.ToldSteps)
                ? campaign
                : campaign with
                {
                    Snapshot = shown,
                };
        }
    }
}
