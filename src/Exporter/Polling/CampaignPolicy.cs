using Exporter.SendGrid;
using Exporter.SendGrid.Wire;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>Where automations and Single Sends differ: what is asked of the API, and what the options say about them.</summary>
internal abstract class CampaignPolicy
{
    private static readonly CampaignPolicy Automations = new AutomationPolicy();
    private static readonly CampaignPolicy SingleSends = new SingleSendPolicy();

    /// <summary>The endpoint that lists all campaigns of this kind.</summary>
    public abstract ApiEndpoint ListEndpoint { get; }

    /// <summary>The name of a poll in traces.</summary>
    public abstract string PollName { get; }

    public static CampaignPolicy Of(CampaignKind kind) => kind == CampaignKind.Automation ? Automations : SingleSends;

    /// <summary>Whether the list is walked to find what to poll.</summary>
    public abstract bool IsDiscovered(AccountOptions account);

    /// <summary>The ids that the configuration lists, with their names there.</summary>
    public abstract IEnumerable<(string Id, string? Name)> ConfiguredIds(AccountOptions account);

    /// <summary>The campaigns that the configuration lists.</summary>
    /// <param name="account">The account.</param>
    /// <param name="interval">For those without an interval of their own.</param>
    public abstract IEnumerable<CampaignDefinition> Configured(AccountOptions account, TimeSpan interval);

    /// <summary>The ids that the configuration excludes.</summary>
    protected abstract IReadOnlyList<string> Excluded(AccountOptions account);

    /// <summary>
    /// Whether discovery may poll the campaign with an id, wherever that comes from: a list, saved state, or the configuration before a
    /// reload.
    /// </summary>
    /// <remarks>
    /// An id that is also the configured name of another campaign would become its label: one series would hold the numbers of both.
    /// </remarks>
    public Predicate<string> MayDiscover(AccountOptions account)
    {
        var (excluded, namesake) = (Excluded(account).ToHashSet(Ids.Comparer), IsNamesake(account));
        return id => !excluded.Contains(id) && !namesake(id);
    }

    /// <summary>Whether an id of a campaign that is not configured is the configured name of another one.</summary>
    private Predicate<string> IsNamesake(AccountOptions account)
    {
        var names = ConfiguredIds(account).Select(static configured => configured.Name).OfType<string>().ToHashSet(Ids.Comparer);
        return names.Contains;
    }

    /// <summary>
    /// Returns those of a list that discovery wants and leaves out only because their id is the configured name of another campaign.
    /// </summary>
    public IEnumerable<ListedCampaign> Namesakes(IEnumerable<ListedCampaign> list, AccountOptions account, DateTimeOffset now)
    {
        var namesake = IsNamesake(account);
        var known = Excluded(account).Concat(ConfiguredIds(account).Select(static configured => configured.Id)).ToHashSet(Ids.Comparer);
        return list.Where(listed => namesake(listed.Id) && !known.Contains(listed.Id) && IsWanted(listed, account, now));
    }

    /// <summary>Whether discovery adds what the list shows here.</summary>
    public abstract bool IsWanted(ListedCampaign listed, AccountOptions account, DateTimeOffset now);

    /// <summary>Whether discovery keeps a campaign that was sent at that time, if the time is known.</summary>
    public abstract bool IsRecent(DateTimeOffset? sentAt, AccountOptions account, DateTimeOffset now);

    /// <summary>Whether a walk of the list would lead to the same under both options.</summary>
    public abstract bool FindsTheSame(AccountOptions one, AccountOptions other);

    /// <summary>Whether both list the same campaigns under the same names: a name decides, too, what discovery leaves out.</summary>
    protected bool ConfiguresTheSame(AccountOptions one, AccountOptions other) => ConfiguredIds(one).SequenceEqual(ConfiguredIds(other));

    /// <summary>Whether a list tells names, and what else is shown of a campaign beside its numbers.</summary>
    public abstract bool HasListedNames(AccountOptions account);

    /// <summary>Whether a poll asks for statistics beside links.</summary>
    public abstract bool HasStatistics(AccountOptions account);

    /// <summary>The endpoints that a poll asks, at least one page each.</summary>
    public abstract IReadOnlyList<ApiEndpoint> PollEndpoints(AccountOptions account);

    /// <summary>Returns the wait between two polls of a campaign.</summary>
    public abstract TimeSpan IntervalOf(CampaignState campaign, PollOptions options, DateTimeOffset now);

    /// <summary>Returns the wait after the first poll of a campaign.</summary>
    public TimeSpan FirstIntervalOf(CampaignDefinition definition, DateTimeOffset? sentAt, PollOptions options, DateTimeOffset now) =>
        IntervalOf(First(definition, sentAt, now), options, now);

    private static CampaignState First(CampaignDefinition definition, DateTimeOffset? sentAt, DateTimeOffset now)
    {
        var campaign = CampaignState.Create(definition, number: 0, now);
        return campaign with
        {
            Snapshot = campaign.Snapshot with { SentAt = sentAt },
            LastChange = new ChangeTime(sentAt ?? now, IsSaved: false),
        };
    }

    /// <summary>Walks the list.</summary>
    public abstract Task<ApiResult<WalkResult<CampaignListRow>>> ListAsync(SendGridClient client, PollContext attempt);

    /// <summary>Walks links and statistics of one campaign.</summary>
    public abstract Task<ApiResult<PollFindings>> PollAsync(SendGridClient client, CampaignQuery query, PollContext attempt);
}
