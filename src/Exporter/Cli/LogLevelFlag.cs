using Exporter.Configuration;
using Exporter.Configuration.Reload;
using Exporter.Telemetry;

namespace Exporter.Cli;

/// <summary>
/// <c>--log.level</c>, or its twin, wins over <c>log.level</c> of the file, as flags do. Then no reload changes the level, and a file that
/// says
/// another one is warned of.
/// </summary>
internal static class LogLevelFlag
{
    /// <param name="source">Where the configuration is read.</param>
    /// <param name="flag">What the flag says; <see langword="null"/> when it was not given.</param>
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
                + $"{EnvironmentFlags.NameOf("--log.level")}) is given and wins; without it, the file decides"
        );
}
