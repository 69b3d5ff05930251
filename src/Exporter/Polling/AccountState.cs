using System.Collections.Immutable;
using Exporter.SendGrid;
using Exporter.SendGrid.Keys;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>
/// Everything that the polling of one account knows. Immutable: each event is a pure function from one state to the next
/// (<see cref="PollTransitions"/>, <see cref="DiscoveryTransitions"/>, <see cref="KeyTransitions"/>, <see cref="PlanTransitions"/>,
/// <see cref="SavedStateTransitions"/>), and <see cref="Snapshot"/> is what scrapes see of it.
/// </summary>
internal sealed record AccountState
{
    /// <summary>The plan in force; a reload brings another one.</summary>
    public required AccountPlan Plan { get; init; }

    /// <summary>The account as it is published.</summary>
    public required AccountSnapshot Snapshot { get; init; }

    public required CampaignTable Campaigns { get; init; }

    public required ListSchedule Lists { get; init; }

    public required ProbeTurn Probe { get; init; }

    /// <summary>Where the grid of the polls begins, see <see cref="Schedule.Next"/>.</summary>
    public required DateTimeOffset Anchor { get; init; }

    /// <summary>The campaigns that a former run saved and this one has not found yet.</summary>
    public required SavedCampaigns Saved { get; init; }

    /// <summary>The knowledge of the saved state about the landing pages of the account.</summary>
    public SavedLandingPages SavedLandingPages { get; init; }

    /// <summary>Whether this run began with saved values.</summary>
    public bool IsRestored { get; init; }

    /// <summary>
    /// The campaigns that this run has removed while it waits for saved state (<see cref="AccountSnapshot.Awaited"/>): it must not bring
    /// them back. Empty otherwise: lists may name ever other campaigns for as long as the program runs.
    /// </summary>
    public ImmutableHashSet<CampaignKey> Removed { get; init; } = [];

    /// <summary>The names that the undocumented list gave, also of automations that are not polled yet.</summary>
    public IReadOnlyList<AutomationName> Names { get; init; } = [];

    public KeyStanding Key { get; init; } = KeyStanding.Unknown;

    /// <summary>The causes of failed list walks that the log has reported since the last good one.</summary>
    public ImmutableDictionary<CampaignKind, ImmutableHashSet<FailureCause>> ReportedLists { get; init; } = [];

    /// <summary>What its automations were answered in this run, see <see cref="FailedAlone"/>.</summary>
    public AnswerCount Answers { get; init; }

    /// <summary>
    /// While everything is forbidden: the due time of the last poll that was allowed to ask, or passed that on to <see cref="Asker"/>.
    /// </summary>
    public DateTimeOffset? LastAsked { get; init; }

    /// <summary>The campaign whose next poll asks although everything is forbidden; <see langword="null"/> if none was chosen.</summary>
    public CampaignKey? Asker { get; init; }

    /// <summary>The number of the next new campaign.</summary>
    public long NextNumber { get; init; }

    public AccountOptions Account => Plan.Account;

    private int Places => Account.Api.Rate.Concurrency;

    /// <summary>
    /// The earliest time at which something is due and can be started. A campaign that waits for a place is started when a poll ends.
    /// </summary>
    public DateTimeOffset NextDue => new[] { Campaigns.NextDue(Places, HangingWalks), Lists.NextDue(CanStart), NextProbe }.Min();

    private int HangingWalks => Snapshot.Discovery.Keys.Count(list => Lists.WalkOf(list) is not null && IsHanging(list));

    public ImmutableHashSet<FailureCause> ReportedCausesOf(CampaignKind list) => ReportedLists.GetValueOrDefault(list, []);

    /// <summary>The campaigns to start now, after <see cref="CampaignTable.Ripen"/>.</summary>
    public IReadOnlyList<CampaignState> Ready => Campaigns.Ready(Places, HangingWalks);

    /// <summary>
    /// Whether a list that is due can be walked: one whose last walk hung waits for a place, see <see
    /// cref="CampaignTable.FreeForHanging"/>.
    /// </summary>
    /// <remarks>
    /// Among campaigns and lists that hang, the one left longest comes first: else two lists that hang would take turns for ever.
    /// </remarks>
    public bool CanStart(CampaignKind list) =>
        !IsHanging(list)
        || (Campaigns.FreeForHanging(Places, HangingWalks) > 0 && !(Campaigns.LastStartOfNextHanging(Places) <= LastStartOf(list)));

    /// <summary>The lists to walk now, the one left longest first.</summary>
    public IEnumerable<CampaignKind> DueLists(DateTimeOffset now) => Lists.Due(now).OrderBy(LastStartOf);

    /// <summary>The campaigns that wait and would have a place.</summary>
    public IEnumerable<CampaignState> Startable => Campaigns.Startable(Places, HangingWalks);

    /// <summary>The lists that wait and would have a place.</summary>
    public IEnumerable<CampaignKind> StartableLists => Snapshot.Discovery.Keys.Where(list => Lists.WalkOf(list) is null && CanStart(list));

    /// <summary>
    /// The time at which the next probe begins, whether the last one has been answered or hangs: when it is due, and something that has a
    /// place may be asked again. <see cref="DateTimeOffset.MaxValue"/> while none is waited for, or nothing has a place.
    /// </summary>
    public DateTimeOffset NextProbe
    {
        get
        {
            if (!Key.IsRefused)
            {
                return DateTimeOffset.MaxValue;
            }

            // Nearly always the first one decides.
            if (Startable.Any(static campaign => campaign.NotBefore is null) || StartableLists.Any(list => Lists.WaitOf(list) is null))
            {
                return Probe.Schedule.Next;
            }

            var earliest = Startable
                .Select(static campaign => campaign.NotBefore)
                .Concat(StartableLists.Select(Lists.WaitOf))
                .Append(DateTimeOffset.MaxValue)
                .Min()!
                .Value;
            return earliest > Probe.Schedule.Next ? earliest : Probe.Schedule.Next;
        }
    }

    /// <summary>Makes ready what is due.</summary>
    public AccountState Ripen(DateTimeOffset now) =>
        Campaigns.Ripen(now) is var ripe && ReferenceEquals(ripe, Campaigns) ? this : this with { Campaigns = ripe };

    /// <summary>Returns the same with other campaigns: those that are not among them are removed for good.</summary>
    public AccountState Keeping(IEnumerable<CampaignState> stay, IEnumerable<CampaignKey> removed) =>
        this with
        {
            Removed = Snapshot.Awaited is null ? [] : Removed.Union(removed),
            Campaigns = CampaignTable.Create(stay),
        };

    /// <summary>Returns the same with a changed campaign.</summary>
    public AccountState With(CampaignState campaign) => this with { Campaigns = Campaigns.Set(campaign) };

    /// <summary>The next place in the grid of a campaign.</summary>
    public DateTimeOffset NextInGrid(CampaignState campaign, DateTimeOffset after) => Campaigns.NextInGrid(campaign, Anchor, after);

    /// <summary>Returns the same with a snapshot that shows all of it.</summary>
    public AccountState Published()
    {
        var shown = Snapshot with
        {
            // Once tried, always tried: a list that a reload adds takes nothing back.
            IsTried =
                Snapshot.IsTried
                || IsRestored
                || IsEachListTried && (Campaigns.Count == 0 || Campaigns.All.Any(static each => each.IsTried)),
            BudgetUtilization = Campaigns.UtilizationOf(Account.Api.Rate),
            Campaigns = Campaigns.Snapshots,
            Remembered = Saved.Waiting,
        };
        var pages =
            shown.LandingPages == SavedLandingPages.Whole
            || LandingPageKnowledge.IsComplete(shown, SavedLandingPages, Campaigns.WithUnknownLandingPages, FailsForItself)
                ? SavedLandingPages.Whole
                : SavedLandingPages;
        return this with
        {
            Snapshot = shown with
            {
                LandingPages = pages,
                AreLandingPagesKnown = pages == SavedLandingPages.Whole || !Plan.Links.Url.HasLandingPages(),
            },
        };
    }

    /// <summary>Whether the last walk of a list failed only after a good part of <c>poll.timeout</c>.</summary>
    private bool IsHanging(CampaignKind list) =>
        Snapshot.Discovery.GetValueOrDefault(list) is { Up: false } health && health.Duration >= Plan.Poll.Timeout / 2;

    private DateTimeOffset? LastStartOf(CampaignKind list) =>
        Snapshot.Discovery.GetValueOrDefault(list) is { LastAttempt: { } ended } health ? ended - health.Duration : null;

    private bool IsEachListTried => Snapshot.Discovery.Values.All(static list => list.Up is not null);

    private bool? FailsForItself(string automation) =>
        Campaigns.Find(new CampaignKey(CampaignKind.Automation, automation))?.Failing?.IsForItself(Answers);
}
