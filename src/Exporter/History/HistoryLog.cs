namespace Exporter.History;

/// <summary>The log lines about the saved state.</summary>
internal sealed partial class HistoryLog(ILogger logger)
{
    public void Restored(int campaigns) => LogRestored(campaigns);

    public void Without(string path, string error) => LogWithout(path, error);

    public void WasEmpty(string file) => LogWasEmpty(file);

    public void CampaignsDamaged(string account, IReadOnlyCollection<string> campaigns) =>
        LogCampaignsDamaged(account, string.Join(' ', campaigns.Take(5)), campaigns.Count);

    public void SetAside(string file, string error, string aside) => LogSetAside(file, error, aside);

    public void Touched(string file, string what) => LogTouched(file, what);

    public void Shortened(TimeSpan kept, TimeSpan retention) => LogShortened(kept, retention);

    public void TooBig(long maxSize) => LogTooBig(maxSize);

    public void DiskFull(TimeSpan kept, TimeSpan retention) => LogDiskFull(kept, retention);

    public void NotPruned(string error) => LogNotPruned(error);

    public void NotSaved(string error) => LogNotSaved(error);

    public void Hangs(TimeSpan patience) => LogHangs(patience);

    public void SavedAgain() => LogSavedAgain();

    [LoggerMessage(LogLevel.Information, "The saved state was restored. Its values are served until fresh ones arrive.")]
    private partial void LogRestored(int campaigns);

    [LoggerMessage(LogLevel.Warning, "The saved state cannot be used. Polling and serving go on, but nothing survives a restart.")]
    private partial void LogWithout(string path, string error);

    [LoggerMessage(
        LogLevel.Warning,
        "The saved state's file is empty, perhaps after a power cut. Nothing is restored, and a new file is started."
    )]
    private partial void LogWasEmpty(string file);

    [LoggerMessage(
        LogLevel.Warning,
        "Some campaigns in the saved state are damaged and have no values until their next poll. All others are restored."
    )]
    private partial void LogCampaignsDamaged(string account, string campaigns, int count);

    [LoggerMessage(LogLevel.Warning, "The saved state is damaged. It was set aside, and a new one is started.")]
    private partial void LogSetAside(string file, string error, string aside);

    [LoggerMessage(
        LogLevel.Warning,
        "Another program or a person has changed the files of the saved state. "
            + "The exporter opened it again and saves all last-known values to it."
    )]
    private partial void LogTouched(string file, string what);

    [LoggerMessage(
        LogLevel.Warning,
        "The saved state has reached history.max_size, so its oldest changes are dropped before history.retention ends. "
            + "Last-known values are not affected."
    )]
    private partial void LogShortened(TimeSpan kept, TimeSpan retention);

    [LoggerMessage(
        LogLevel.Warning,
        "The saved state stays larger than history.max_size: last-known values and the changes of the last hour are kept in any case. "
            + "Raise history.max_size, or poll less often or fewer campaigns."
    )]
    private partial void LogTooBig(long maxSize);

    [LoggerMessage(
        LogLevel.Warning,
        "The disk of the saved state is full, so the oldest changes were dropped. Last-known values are not affected. "
            + "Give the disk more room, or lower history.max_size."
    )]
    private partial void LogDiskFull(TimeSpan kept, TimeSpan retention);

    [LoggerMessage(LogLevel.Warning, "Old changes in the saved state could not be dropped. The exporter retries in an hour.")]
    private partial void LogNotPruned(string error);

    [LoggerMessage(
        LogLevel.Warning,
        "The state cannot be saved. The exporter retries every few seconds; until it succeeds, a restart loses recent values."
    )]
    private partial void LogNotSaved(string error);

    [LoggerMessage(LogLevel.Warning, "The disk of the saved state does not answer. Until it does, a restart loses recent values.")]
    private partial void LogHangs(TimeSpan patience);

    [LoggerMessage(LogLevel.Information, "The state is saved again.")]
    private partial void LogSavedAgain();
}
