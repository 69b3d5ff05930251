namespace Exporter.History;

/// <summary>What the operator reads of the saved state.</summary>
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

    public void DiskFull(TimeSpan kept, TimeSpan retention) => LogDiskFull(kept, retention);

    public void NotPruned(string error) => LogNotPruned(error);

    public void NotSaved(string error) => LogNotSaved(error);

    public void Hangs(TimeSpan patience) => LogHangs(patience);

    public void SavedAgain() => LogSavedAgain();

    [LoggerMessage(LogLevel.Information, "The saved state is served until fresh values are there.")]
    private partial void LogRestored(int campaigns);

    [LoggerMessage(LogLevel.Warning, "The saved state cannot be used: everything else goes on, but nothing is kept over a restart.")]
    private partial void LogWithout(string path, string error);

    [LoggerMessage(
        LogLevel.Warning,
        "The file of the saved state is empty, as a power cut may leave it: nothing is restored, and a new one is begun."
    )]
    private partial void LogWasEmpty(string file);

    [LoggerMessage(
        LogLevel.Warning,
        "Campaigns in the saved state are damaged: their last-known values are lost until the next poll. All others are restored."
    )]
    private partial void LogCampaignsDamaged(string account, string campaigns, int count);

    [LoggerMessage(LogLevel.Warning, "The saved state is damaged; it is set aside and a new one is begun.")]
    private partial void LogSetAside(string file, string error, string aside);

    [LoggerMessage(
        LogLevel.Warning,
        "Somebody else has changed the files of the saved state while the program runs: it is opened anew and gets all last-known values."
    )]
    private partial void LogTouched(string file, string what);

    [LoggerMessage(
        LogLevel.Warning,
        "The saved state has reached history.max_size: older changes go before history.retention ends. Last-known values are not affected."
    )]
    private partial void LogShortened(TimeSpan kept, TimeSpan retention);

    [LoggerMessage(
        LogLevel.Warning,
        "The disk of the saved state is full: the oldest changes were dropped to make room. Last-known values are not affected. Give it "
            + "more room, or set history.max_size."
    )]
    private partial void LogDiskFull(TimeSpan kept, TimeSpan retention);

    [LoggerMessage(LogLevel.Warning, "Old changes in the saved state cannot be dropped now; it is tried again in an hour.")]
    private partial void LogNotPruned(string error);

    [LoggerMessage(
        LogLevel.Warning,
        "The state cannot be saved; it is tried again every few seconds, and until then a restart would lose what is new."
    )]
    private partial void LogNotSaved(string error);

    [LoggerMessage(LogLevel.Warning, "The disk of the saved state does not answer; until it does a restart would lose what is new.")]
    private partial void LogHangs(TimeSpan patience);

    [LoggerMessage(LogLevel.Information, "The state is saved again.")]
    private partial void LogSavedAgain();
}
