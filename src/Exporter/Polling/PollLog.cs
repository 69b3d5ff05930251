using Exporter.SendGrid;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>The log lines of polling: one line for each change of state, with its consequence.</summary>
internal sealed partial class PollLog(ILogger logger, string account)
{
    public void PollEnded(CampaignState campaign, PollOutcome outcome) =>
        LogEnded(
            account,
            campaign.Kind.Noun(),
            campaign.Label,
            outcome.Error?.Reason.Label() ?? "success",
            outcome.Pages,
            outcome.Duration,
            outcome.Found?.Links.Count ?? 0
        );

    public void Failing(CampaignState campaign, ApiError error, TimeSpan maxAge, DateTimeOffset now)
    {
        if (now - campaign.LastSuccess <= maxAge)
        {
            LogFailing(
                account,
                campaign.Kind.Noun(),
                campaign.Label,
                error.Reason.Label(),
                error.Message,
                maxAge,
                FailureAdvice.For(error.Cause)
            );
        }
        else
        {
            LogFailingUnserved(
                account,
                campaign.Kind.Noun(),
                campaign.Label,
                error.Reason.Label(),
                error.Message,
                FailureAdvice.For(error.Cause)
            );
        }
    }

    public void Recovered(CampaignState campaign, TimeSpan failedFor) =>
        LogRecovered(account, campaign.Kind.Noun(), campaign.Label, failedFor);

    public void KeyRefused(ApiError error) => LogKeyRefused(account, error.Message, FailureAdvice.For(error.Cause));

    public void KeyAccepted() => LogKeyAccepted(account);

    public void DiscoveryFailing(CampaignKind kind, ApiError error) =>
        LogDiscoveryFailing(account, kind.ListLabel(), error.Message, FailureAdvice.For(error.Cause));

    public void DiscoveryRecovered(CampaignKind kind) => LogDiscoveryRecovered(account, kind.ListLabel());

    public void ListChanged(CampaignKind kind, int count, int added, int removed) =>
        LogListChanged(account, kind.ListLabel(), count, added, removed);

    public void RowsSkipped(CampaignKind kind, int rows) => LogRowsSkipped(account, kind.ListLabel(), rows);

    public void NotListed(CampaignKind kind, string name, string id) => LogNotListed(account, kind.Noun(), name, id);

    public void LeftOut(CampaignKind kind, string id) => LogLeftOut(account, kind.Noun(), id);

    public void NamesMissing(string error) => LogNamesMissing(account, error);

    public void Broken(Exception e, string what) => LogBroken(e, account, what);

    [LoggerMessage(LogLevel.Warning, "{Kind} {Name} cannot be refreshed; its last values are served until they are older than max_age.")]
    private partial void LogFailing(string account, string kind, string name, string reason, string error, TimeSpan maxAge, string next);

    [LoggerMessage(LogLevel.Warning, "{Kind} {Name} cannot be refreshed; none of its values are served.")]
    private partial void LogFailingUnserved(string account, string kind, string name, string reason, string error, string next);

    [LoggerMessage(LogLevel.Debug, "An attempt to refresh {Kind} {Name} has ended.")]
    private partial void LogEnded(string account, string kind, string name, string result, int pages, TimeSpan duration, int links);

    [LoggerMessage(LogLevel.Information, "{Kind} {Name} is refreshed again.")]
    private partial void LogRecovered(string account, string kind, string name, TimeSpan failedFor);

    [LoggerMessage(
        LogLevel.Error,
        "The API refuses the key: nothing of the account is refreshed until the key is accepted; one request now and then tries it."
    )]
    private partial void LogKeyRefused(string account, string error, string next);

    [LoggerMessage(LogLevel.Information, "The API accepts the key again.")]
    private partial void LogKeyAccepted(string account);

    [LoggerMessage(LogLevel.Warning, "The list of {Kind} cannot be read; polling of those already known goes on.")]
    private partial void LogDiscoveryFailing(string account, string kind, string error, string next);

    [LoggerMessage(LogLevel.Information, "The list of {Kind} can be read again.")]
    private partial void LogDiscoveryRecovered(string account, string kind);

    [LoggerMessage(LogLevel.Information, "The list of {Kind} changed.")]
    private partial void LogListChanged(string account, string kind, int polled, int added, int removed);

    [LoggerMessage(LogLevel.Warning, "The list of {Kind} has rows without a usable id; they are left out and counted.")]
    private partial void LogRowsSkipped(string account, string kind, int rows);

    [LoggerMessage(LogLevel.Warning, "{Kind} {Name} is configured, but the account's list does not name it: look at its id.")]
    private partial void LogNotListed(string account, string kind, string name, string id);

    [LoggerMessage(
        LogLevel.Warning,
        "{Kind} {Id} is not polled: another one is configured to be called so, and one series would hold both. Rename that one."
    )]
    private partial void LogLeftOut(string account, string kind, string id);

    [LoggerMessage(LogLevel.Information, "The undocumented list of names cannot be read; nothing but names is missing.")]
    private partial void LogNamesMissing(string account, string error);

    [LoggerMessage(LogLevel.Error, "Polling {What} ended in an internal error; please report it.")]
    private partial void LogBroken(Exception e, string account, string what);
}
