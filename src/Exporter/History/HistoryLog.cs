namespace Exporter.History;

/// <summary>What the operator reads of the saved state.</summary>
internal sealed partial class HistoryLog(ILogger logger)
{
    public void Restored(int campaigns) => LogRestored(campaigns);

    public void Without(string path, string error) => LogWithout(path, error);

    public void SetAside(string file, string error, string aside) => LogSetAside(file, error, aside);

    public void Shortened(TimeSpan kept, TimeSpan retention) => LogShortened(kept, retention);

    public void NotSaved(string error) => LogNotSaved(error);

    public void SavedAgain() => LogSavedAgain();

    [LoggerMessage(LogLevel.Information, "The saved state is served until fresh values are there.")]
    private partial void LogRestored(int campaigns);

    [LoggerMessage(LogLevel.Warning, "The saved state cannot be used: everything else goes on, but nothing is kept over a restart.")]
    private partial void LogWithout(string path, string error);

    [LoggerMessage(LogLevel.Warning, "The saved state is damaged; it is set aside and a new one is begun.")]
    private partial void LogSetAside(string file, string error, string aside);

    [LoggerMessage(LogLevel.Warning, "The saved state has reached its size: older changes go before history.retention ends. Last-known values are not affected.")]
    private partial void LogShortened(TimeSpan kept, TimeSpan retention);

    [LoggerMessage(LogLevel.Warning, "The state cannot be saved; it is tried again every few seconds, and until then a restart would lose what is new.")]
    private partial void LogNotSaved(string error);

    [LoggerMessage(LogLevel.Information, "The state is saved again.")]
    private partial void LogSavedAgain();
}
