using System.Text.Json;
using System.Text.Json.Serialization;
using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.Web;

/// <summary>How something is, the best first.</summary>
[JsonConverter(typeof(ConditionWords))]
internal enum HealthState
{
    /// <summary>The last poll was complete.</summary>
    Good,

    /// <summary>It has not been polled yet.</summary>
    Waiting,

    /// <summary>The last poll failed; what was known before is still served.</summary>
    Failing,

    /// <summary>Nothing is served: what was known is too old, or nothing ever was.</summary>
    Stale,
}

internal sealed class ConditionWords() : JsonStringEnumConverter<HealthState>(JsonNamingPolicy.SnakeCaseLower);

/// <summary>Everything that the status page and its JSON twin say: decided here, shown there.</summary>
/// <param name="Time">When this was so.</param>
/// <param name="Version">The program's.</param>
/// <param name="Revision">Of its source.</param>
/// <param name="State">The worst of all.</param>
/// <param name="Summary">The state in one sentence.</param>
/// <param name="Healthy">Whether the poll loops turn.</param>
/// <param name="Ready">Whether every account has been tried.</param>
/// <param name="Notices">What is wrong with the program's own files, in words.</param>
/// <param name="Configuration">Where the configuration in force comes from.</param>
/// <param name="Troubles">What is wrong with the polls, each trouble once, and what to do.</param>
/// <param name="Accounts">The accounts.</param>
internal sealed record StatusModel(
    DateTimeOffset Time,
    string Version,
    string Revision,
    HealthState State,
    string Summary,
    bool Healthy,
    bool Ready,
    IReadOnlyList<string> Notices,
    ConfigurationStatus Configuration,
    IReadOnlyList<TroubleStatus> Troubles,
    IReadOnlyList<AccountStatus> Accounts
)
{
    /// <summary>The links that got far less than their siblings predict.</summary>
    public IReadOnlyList<OutlierStatus> StandsOut { get; init; } = [];

    /// <summary>How many links could be compared with their siblings.</summary>
    public int LinksCompared { get; init; }

    /// <summary>How many were not looked at, because there are so many.</summary>
    public int LinksLeftOut { get; init; }

    /// <summary>The same with what stands out.</summary>
    public StatusModel With(OutlierReport look) =>
        this with
        {
            StandsOut = look.Outliers,
            LinksCompared = look.Compared,
            LinksLeftOut = look.LeftOut,
        };

    /// <param name="snapshot">What is known.</param>
    /// <param name="around">What is known beside it.</param>
    /// <param name="now">The time.</param>
    public static StatusModel FromSnapshot(Snapshot snapshot, StatusInputs around, DateTimeOffset now)
    {
        IReadOnlyList<AccountStatus> accounts =
        [
            .. snapshot.Accounts.Select(account => AccountStatus.FromAccount(account, snapshot.MaxAge, around, now)),
        ];
        var campaigns = accounts.SelectMany(account => account.Campaigns).ToList();
        return new(
            now,
            around.Build.Version,
            around.Build.Revision,
            around.IsAlive
                ? Worst(campaigns.Select(campaign => campaign.State).Concat(accounts.Select(account => account.State)))
                : HealthState.Stale,
            around.IsAlive
                ? Summarize(campaigns, accounts)
                : "A poll loop has died or stalled: restart the program and report its last log lines.",
            around.IsAlive,
            snapshot.IsReady,
            around.Notices,
            around.Configuration,
            [.. accounts.SelectMany(TroubleStatus.FromAccount)],
            accounts
        );
    }

    public static HealthState Worst(IEnumerable<HealthState> conditions) => conditions.DefaultIfEmpty(HealthState.Waiting).Max();

    private static string Summarize(List<CampaignStatus> campaigns, IReadOnlyList<AccountStatus> accounts)
    {
        var (good, waiting) = (
            campaigns.Count(each => each.State == HealthState.Good),
            campaigns.Count(each => each.State == HealthState.Waiting)
        );
        return campaigns.Count == 0
            ? accounts.Any(account => account.KeyAccepted == false)
                ? "SendGrid does not accept a key, so nothing is known yet."
                : accounts.All(account => account.Discovery.All(list => list.State == HealthState.Good))
                    ? "There is nothing to poll: no campaign was found and none is listed."
                    : accounts.Any(account => account.State != HealthState.Waiting)
                        ? "The campaigns to poll cannot be listed."
                        : "Looking for campaigns to poll."
            : good == campaigns.Count
                ? campaigns.Count == 1
                    ? "The one campaign is up to date."
                    : $"All {HumanText.Number(good)} campaigns are up to date."
                : good + waiting == campaigns.Count
                    ? $"The first polls are under way: {HumanText.Number(good)} of {HumanText.Number(campaigns.Count)} campaigns are up to date."
                    : $"{HumanText.Number(campaigns.Count - good)} of {HumanText.Number(campaigns.Count)} campaigns are not up to date.";
    }
}

/// <summary>What the page tells beside the snapshot.</summary>
/// <param name="Build">The program.</param>
/// <param name="IsAlive">Whether the poll loops turn.</param>
/// <param name="RateLimits">What the API has said to an account, by its name.</param>
/// <param name="Notices">What is wrong with the program's own files.</param>
/// <param name="Configuration">Where the configuration in force comes from.</param>
internal sealed record StatusInputs(
    BuildInfo Build,
    bool IsAlive,
    Func<string?, IReadOnlyList<RateLimitSeen>> RateLimits,
    IReadOnlyList<string> Notices,
    ConfigurationStatus Configuration
);

/// <summary>The configuration, as far as a page tells of it.</summary>
/// <param name="Source">The file, or what it comes from instead.</param>
/// <param name="InForceSince">When what is in force was read.</param>
/// <param name="LastRead">When it was last read, whatever came of it.</param>
/// <param name="LastReadInForce">Whether that is in force.</param>
/// <param name="Warnings">What is doubtful in it.</param>
internal sealed record ConfigurationStatus(
    string Source,
    DateTimeOffset InForceSince,
    DateTimeOffset LastRead,
    bool LastReadInForce,
    IReadOnlyList<string> Warnings
);

/// <summary>A trouble and everything that has it.</summary>
internal sealed record TroubleStatus(string? Account, string Reason, string Error, string Advice, IReadOnlyList<string> Affected)
{
    public static IEnumerable<TroubleStatus> FromAccount(AccountStatus account) =>
        account
            .Campaigns.Where(campaign => campaign.Reason is not null)
            .Select(campaign => (campaign.Reason, campaign.LastError, campaign.Advice, campaign.Label))
            .Concat(
                account
                    .Discovery.Where(list => list.Reason is not null)
                    .Select(list =>
                        (
                            list.Reason,
                            list.LastError,
                            list.Advice,
                            Label: list.Kind == "automation" ? "the list of automations" : "the list of Single Sends"
                        )
                    )
            )
            .GroupBy(trouble => (trouble.Reason, trouble.Advice))
            .Select(same =>
            {
                // What the API answered says more than what was concluded from it for the others.
                var (_, error, advice, _) = same.OrderByDescending(trouble => char.IsAsciiDigit(trouble.LastError!.FirstOrDefault()))
                    .First();
                return new TroubleStatus(account.Account, same.Key.Reason!, error!, advice!, [.. same.Select(trouble => trouble.Label)]);
            });
}

/// <summary>One account.</summary>
/// <param name="Account">Its name; <see langword="null"/> when accounts are not named.</param>
/// <param name="State">The worst of its key, its lists and its campaigns.</param>
/// <param name="KeyAccepted">Whether the API accepted the key when it could last tell.</param>
/// <param name="BudgetUtilizationRatio">Requests that a cycle needs ÷ requests that the budget gives.</param>
/// <param name="RateLimits">What the API has said, by endpoint.</param>
/// <param name="Discovery">The lists that are walked.</param>
/// <param name="Campaigns">Those in trouble first.</param>
internal sealed record AccountStatus(
    string? Account,
    HealthState State,
    bool? KeyAccepted,
    double? BudgetUtilizationRatio,
    IReadOnlyList<RateLimitSeen> RateLimits,
    IReadOnlyList<DiscoveryStatus> Discovery,
    IReadOnlyList<CampaignStatus> Campaigns
)
{
    public static AccountStatus FromAccount(AccountSnapshot account, TimeSpan maxAge, StatusInputs around, DateTimeOffset now)
    {
        IReadOnlyList<DiscoveryStatus> lists = [.. account.Discovery.Select(list => DiscoveryStatus.FromHealth(list.Key, list.Value))];
        IReadOnlyList<CampaignStatus> campaigns =
        [
            .. account
                .Campaigns.Select(campaign => CampaignStatus.FromCampaign(campaign, maxAge, now))
                .OrderByDescending(campaign => campaign.State)
                .ThenBy(campaign => campaign.Label, StringComparer.OrdinalIgnoreCase),
        ];
        var key = account.KeyAccepted == false ? HealthState.Failing : HealthState.Good;
        var state = StatusModel.Worst([key, .. lists.Select(list => list.State), .. campaigns.Select(campaign => campaign.State)]);
        return new(account.Name, state, account.KeyAccepted, account.BudgetUtilization, around.RateLimits(account.Name), lists, campaigns);
    }
}

/// <summary>A list that names what is polled.</summary>
internal sealed record DiscoveryStatus(
    string Kind,
    HealthState State,
    string? Reason,
    string? Cause,
    string? LastError,
    string? Advice,
    DateTimeOffset? LastSuccess
)
{
    public static DiscoveryStatus FromHealth(CampaignKind kind, PollHealth health) =>
        new(
            CampaignStatus.Word(kind),
            health.Up switch
            {
                null => HealthState.Waiting,
                true => HealthState.Good,
                false => HealthState.Failing,
            },
            CampaignStatus.Reasoned(health, FailureCounts.LabelOf),
            CampaignStatus.CauseOf(health),
            health.LastError,
            CampaignStatus.AdviceFor(health),
            health.LastSuccess
        );
}

/// <summary>One automation or Single Send.</summary>
internal sealed record CampaignStatus(
    string Kind,
    string Id,
    string Label,
    string? Name,
    HealthState State,
    string? Reason,
    string? Cause,
    string? LastError,
    string? Advice,
    bool? Listed,
    DateTimeOffset? LastSuccess,
    double? AgeSeconds,
    DateTimeOffset? LastAttempt,
    DateTimeOffset? NextPoll,
    double IntervalSeconds,
    int? Links,
    long? Clicks,
    IReadOnlyList<AttemptStatus> RecentPolls
)
{
    /// <param name="campaign">What is known.</param>
    /// <param name="maxAge">Age at which values are no longer served.</param>
    /// <param name="now">The time.</param>
    public static CampaignStatus FromCampaign(CampaignSnapshot campaign, TimeSpan maxAge, DateTimeOffset now)
    {
        var (health, served) = (campaign.Health, campaign.ServableData(now, maxAge));
        var isUnknown = campaign.IsListed == false && health.Up == true && served is { Links.Links.Length: 0, Statistics.Length: 0 };
        return new(
            Word(campaign.Kind),
            campaign.Id,
            campaign.Label,
            campaign.Name,
            isUnknown ? HealthState.Failing : StateOf(health, served is not null),
            isUnknown ? "not_listed" : Reasoned(health, FailureCounts.LabelOf),
            isUnknown ? FailureAdvice.LabelOf(FailureCause.NotFound) : CauseOf(health),
            isUnknown ? "The account's list does not name it, and it has no statistics." : health.LastError,
            isUnknown ? FailureAdvice.For(FailureCause.NotFound) : AdviceFor(health),
            campaign.IsListed,
            health.LastSuccess,
            health.LastSuccess is { } at ? Math.Max(0, (now - at).TotalSeconds) : null,
            health.LastAttempt,
            campaign.NextPoll,
            campaign.Interval.TotalSeconds,
            served?.Links.Links.Length,
            served?.Links.Links.Select(link => link.Clicks).Aggregate(0L, Counts.SaturatingAdd),
            [
                .. health.Recent.Select(attempt => new AttemptStatus(
                    attempt.At,
                    attempt.Duration.TotalSeconds,
                    attempt.Pages,
                    attempt.Reason is { } reason ? FailureCounts.LabelOf(reason) : null,
                    attempt.Error
                )),
            ]
        );
    }

    public static string Word(CampaignKind kind) => kind == CampaignKind.Automation ? "automation" : "single_send";

    public static string? Reasoned(PollHealth health, Func<FailureReason, string> say) =>
        health.LastReason is { } reason ? say(reason) : null;

    /// <summary>The word of what is behind the last failure; <see langword="null"/> while it is not known.</summary>
    public static string? CauseOf(PollHealth health) => health.LastCause is { } cause ? FailureAdvice.LabelOf(cause) : null;

    /// <summary>
    /// After a restart the cause is not known until the next attempt; that of the reason's usual one is the best there is.
    /// </summary>
    public static string? AdviceFor(PollHealth health) =>
        (health.LastCause ?? (health.LastReason is { } reason ? FailureAdvice.UsualCause(reason) : null)) is { } cause
            ? FailureAdvice.For(cause)
            : null;

    private static HealthState StateOf(PollHealth health, bool isServed) =>
        health.Up switch
        {
            null => HealthState.Waiting,
            _ when !isServed => HealthState.Stale,
            true => HealthState.Good,
            false => HealthState.Failing,
        };
}

/// <summary>A poll that has ended.</summary>
internal sealed record AttemptStatus(DateTimeOffset Time, double DurationSeconds, int Pages, string? Reason, string? Error);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StatusModel))]
internal sealed partial class StatusJson : JsonSerializerContext;
