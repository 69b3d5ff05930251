namespace Exporter.Telemetry;

/// <summary>Which lines the log has.</summary>
internal sealed record LogOptions
{
    /// <summary>The levels as they are written, the least important first.</summary>
    public static readonly (string Word, LogLevel Level)[] Levels =
    [
        ("debug", LogLevel.Debug),
        ("info", LogLevel.Information),
        ("warn", LogLevel.Warning),
        ("error", LogLevel.Error),
    ];

    /// <summary>The least important lines that are written; <see langword="null"/> when nothing was said of it.</summary>
    public LogLevel? Level { get; init; }

    /// <summary>The same; default info.</summary>
    public LogLevel InForce => Level ?? LogLevel.Information;

    public static string WordOf(LogLevel level) => Array.Find(Levels, each => each.Level == level).Word;
}
