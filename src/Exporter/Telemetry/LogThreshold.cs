namespace Exporter.Telemetry;

/// <summary>The lowest level that is written now; a reload may change it.</summary>
internal sealed class LogThreshold(LogLevel level)
{
    private volatile LogLevel _level = level;

    public LogLevel Level
    {
        get => _level;
        set => _level = value;
    }

    /// <summary>Whether a line of this level is written. <paramref name="atLeast"/> is a further lower bound, for its source.</summary>
    public bool Lets(LogLevel level, LogLevel atLeast = LogLevel.Trace) => level >= _level && level >= atLeast;
}
