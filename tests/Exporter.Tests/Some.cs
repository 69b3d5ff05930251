using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.SendGrid.Keys;
using Exporter.Snapshots;

namespace Exporter.Tests;

/// <summary>Things of which a test needs some, whichever they are. What matters to a test, the test says.</summary>
internal static class Some
{
    public static DateTimeOffset Noon { get; } = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>How to ask the API, with some key.</summary>
    public static ApiOptions Api { get; } = new() { ApiKey = ApiKey.FromValue("SG.x") };

    /// <summary>An id with letters in it, in the order of the numbers.</summary>
    public static string AutomationId(int number) => $"0000000a-0000-4000-8000-{number:000000000000}";

    /// <summary>An account that polls what a list in its configuration names.</summary>
    public static AccountOptions Account(params IEnumerable<string> ids) =>
        new()
        {
            Api = Api,
            Automations = new AutomationsOptions { Discover = false, List = [.. ids.Select(id => new ConfiguredAutomation { Id = id })] },
        };

    /// <summary>What is polled of an account, at the default settings.</summary>
    public static AccountPlan Plan(AccountOptions account, PollOptions? poll = null, LinksOptions? links = null) =>
        new(poll ?? new PollOptions(), account, links ?? new LinksOptions());

    /// <summary>A key that the API has refused often enough to believe it.</summary>
    public static KeyStanding RefusedKey { get; } =
        Enumerable
            .Range(0, 3)
            .Aggregate(
                KeyStanding.Unknown,
                static (key, number) => key.AfterRefusal(new ApiError(FailureReason.Unauthorized, "401"), TimeSpan.FromSeconds(5 * number))
            );

    /// <summary>A row of the API.</summary>
    public static ObservedLink Link(string step = "s", string location = "0", long clicks = 5, string? url = null) =>
        new(new EmailKey(step), location, url, clicks);

    /// <summary>A poll that found these rows.</summary>
    public static PollOutcome Found(params ObservedLink[] links) =>
        new(new PollFindings(links, ReportedClicks: null, CountMismatch: false, []), Error: null, Pages: 1, TimeSpan.FromSeconds(1));

    public static PollOutcome Failed(FailureReason reason) => Failed(new ApiError(reason, reason.ToString()));

    public static PollOutcome Failed(ApiError error) => new(Found: null, error, Pages: 0, TimeSpan.Zero);

    /// <summary>A list that was read to its end.</summary>
    public static CampaignList List(params IEnumerable<string> ids) => new([.. ids.Select(id => new ListedCampaign(id))], SkippedRows: 0);

    /// <summary>An automation that has not been polled yet.</summary>
    public static CampaignSnapshot Automation(string label = "welcome", string? id = null) =>
        new()
        {
            Kind = CampaignKind.Automation,
            Id = id ?? label,
            Label = label,
            Interval = TimeSpan.FromMinutes(5),
        };

    /// <summary>What is known of one account without a name.</summary>
    public static Snapshot Snapshot(params CampaignSnapshot[] campaigns) =>
        new() { Accounts = [new AccountSnapshot { IsTried = true, Campaigns = [.. campaigns] }] };
}
