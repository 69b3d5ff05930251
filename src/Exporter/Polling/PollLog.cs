using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>What the operator reads of polling: one line per change of state, and its consequence.</summary>
internal sealed partial class PollLog(ILogger logger, string account)
{
    public void Failing(string automation, FailureReason reason, string error, TimeSpan maxAge) =>
        LogFailing(account, automation, FailureCounts.Word(reason), error, maxAge);

    public void Recovered(string automation, TimeSpan failedFor) => LogRecovered(account, automation, failedFor);

    public void KeyRefused(string error) => LogKeyRefused(account, error);

    public void KeyAccepted() => LogKeyAccepted(account);

    public void DiscoveryFailing(string error) => LogDiscoveryFailing(account, error);

    public void DiscoveryRecovered() => LogDiscoveryRecovered(account);

    public void ListChanged(int count, int added, int removed) => LogListChanged(account, count, added, removed);

    public void Broken(Exception e, string automation) => LogBroken(e, account, automation);

    [LoggerMessage(LogLevel.Warning, "An automation cannot be refreshed; its last values are served until they are {MaxAge} old.")]
    private partial void LogFailing(string account, string automation, string reason, string error, TimeSpan maxAge);

    [LoggerMessage(LogLevel.Information, "An automation is refreshed again.")]
    private partial void LogRecovered(string account, string automation, TimeSpan failedFor);

    [LoggerMessage(LogLevel.Error, "The API refuses the key: nothing of the account is refreshed until it is accepted, which is tried once per interval.")]
    private partial void LogKeyRefused(string account, string error);

    [LoggerMessage(LogLevel.Information, "The API accepts the key again.")]
    private partial void LogKeyAccepted(string account);

    [LoggerMessage(LogLevel.Warning, "The list of automations cannot be read; those already known are polled on.")]
    private partial void LogDiscoveryFailing(string account, string error);

    [LoggerMessage(LogLevel.Information, "The list of automations can be read again.")]
    private partial void LogDiscoveryRecovered(string account);

    [LoggerMessage(LogLevel.Information, "The list of automations changed.")]
    private partial void LogListChanged(string account, int count, int added, int removed);

    [LoggerMessage(LogLevel.Error, "A poll ended in an internal error; please report it.")]
    private partial void LogBroken(Exception e, string account, string automation);
}
