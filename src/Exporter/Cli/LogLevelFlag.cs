using Exporter.Configuration;
using Exporter.Configuration.Reload;
using Exporter.Telemetry;

namespace Exporter.Cli;

/// <summary>
/// Makes <c>--log.level</c>, or its twin, win over <c>log.level</c> in the file, as flags do. A reload then never changes the level, and a
/// file with another level causes a warning.
/// </summary>
internal static class LogLevelFlag
{
    /// <param name="source">Reads the configuration.</param>
    /// <param name="flag">The level in the flag; <see langword="null"/> when it was not given.</param>
    public static ReloadSource Over(ReloadSource source, LogLevel? flag) =>
        flag is { } level ? source with { Load = () => Over(source.Load(), source.Name, level) } : source;

    private static ConfigurationResult Over(ConfigurationResult read, string source, LogLevel flag) =>
        read.Options is not { } options
            ? read
            : read with
            {
                Options = options with { Log = new LogOptions { Level = flag } },
                Warnings =
                    options.Log.Level is { } written && written != flag
                        ? [.. read.Warnings, NoEffect(source, written, flag)]
                        : read.Warnings,
            };

    private static Problem NoEffect(string source, LogLevel written, LogLevel flag) =>
        new(
            source,
            default,
            $"log.level: {LogOptions.WordOf(written)} has no effect, because --log.level={LogOptions.WordOf(flag)} (or "
                + $"{EnvironmentFlags.NameOf("--log.level")}) is set and wins; without it, the file decides"
        );
}
