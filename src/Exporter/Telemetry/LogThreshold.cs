namespace Exporter.Telemetry;

/// <summary>The least important lines that are written now; a reload may change it.</summary>
internal sealed class LogThreshold(LogLevel level)
{
    private volatile LogLevel _level = level;

    public LogLevel Level
    {
        get => _level;
        set => _level = value;
    }

    /// <summary>
    /// Whether a line of this level is written, of a source of which less important ones than <paramref name="atLeast"/> never are.
    /// </summary>
    public bool Lets(LogLevel level, LogLevel atLeast = LogLevel.Trace) => level >= _level && level >= atLeast;
}
