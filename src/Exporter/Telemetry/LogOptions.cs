namespace Exporter.Telemetry;

/// <summary>The configured log level.</summary>
internal sealed record LogOptions
{
    /// <summary>The levels by their configured words, the least important first.</summary>
    public static readonly (string Word, LogLevel Level)[] Levels =
    [
        ("debug", LogLevel.Debug),
        ("info", LogLevel.Information),
        ("warn", LogLevel.Warning),
        ("error", LogLevel.Error),
    ];

    /// <summary>The lowest level that is written; <see langword="null"/> when none is configured.</summary>
    public LogLevel? Level { get; init; }

    /// <summary>The level in force; default info.</summary>
    public LogLevel InForce => Level ?? LogLevel.Information;

    public static string WordOf(LogLevel level) => Array.Find(Levels, each => each.Level == level).Word;
}
