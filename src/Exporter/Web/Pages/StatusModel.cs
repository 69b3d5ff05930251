using Exporter.Snapshots;

namespace Exporter.Web.Pages;

/// <summary>The content of the status page and its JSON twin: all decisions are made here, the page only renders them.</summary>
/// <param name="Revision">The revision of the source code.</param>
/// <param name="State">The worst of all.</param>
/// <param name="Summary">The state in one sentence.</param>
/// <param name="Healthy">Whether the poll loops are running.</param>
/// <param name="Ready">Whether every account has been tried.</param>
/// <param name="Notices">Problems with the program's own files.</param>
/// <param name="Configuration">The source of the configuration in force.</param>
/// <param name="Troubles">The failures of polls, each one once, with advice.</param>
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
    /// <summary>The links that got far fewer clicks than their siblings predict.</summary>
    public IReadOnlyList<OutlierStatus> StandsOut { get; init; } = [];

    /// <summary>How many links could be compared with their siblings.</summary>
    public int LinksCompared { get; init; }

    /// <summary>The number of links that were skipped because there are too many.</summary>
    public int LinksLeftOut { get; init; }

    /// <summary>Returns the same status with the links that stand out.</summary>
    public StatusModel With(OutlierReport report) =>
        this with
        {
            StandsOut = report.Outliers,
            LinksCompared = report.Compared,
            LinksLeftOut = report.LeftOut,
        };

    /// <param name="around">The inputs apart from the snapshot.</param>
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
        if (campaigns.Count == 0)
        {
            return SummarizeWithoutCampaigns(accounts);
        }

        var good = campaigns.Count(each => each.State == HealthState.Good);
        if (good == campaigns.Count)
        {
            return good == 1 ? "The one campaign is up to date." : $"All {HumanText.Number(good)} campaigns are up to date.";
        }

        var waiting = campaigns.Count(each => each.State == HealthState.Waiting);
        return good + waiting == campaigns.Count
            ? $"The first polls are under way: {HumanText.Number(good)} of {HumanText.Number(campaigns.Count)} campaigns are up to date."
            : $"{HumanText.Number(campaigns.Count - good)} of {HumanText.Number(campaigns.Count)} campaigns are not up to date.";
    }

    private static string SummarizeWithoutCampaigns(IReadOnlyList<AccountStatus> accounts)
    {
        if (accounts.Count == 0)
        {
            return "There is nothing to poll: no account belongs to this process, one of several (--shard).";
        }

        if (accounts.Any(account => account.KeyAccepted == false))
        {
            return "SendGrid does not accept a key, so nothing is known yet.";
        }

        if (accounts.All(account => account.Discovery.All(list => list.State == HealthState.Good)))
        {
            return "There is nothing to poll: no campaign was found and none is listed.";
        }

        return accounts.Any(account => account.State != HealthState.Waiting)
            ? "The campaigns to poll cannot be listed."
            : "Looking for campaigns to poll.";
    }
}
