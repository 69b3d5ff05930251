using Exporter.Telemetry;
using Exporter.Web.Access;

namespace Exporter.Web.Pages;

/// <summary>Collects the inputs of the status page apart from the snapshot.</summary>
internal sealed class StatusInputsProvider(Instruments instruments, Liveness liveness, ConfigurationStore configuration, AccessWatch access)
{
    public Uri? GrafanaUrl => configuration.Current.Web.GrafanaUrl;

    public StatusInputs Now() =>
        new(
            BuildInfo.Current,
            liveness.IsAlive,
            instruments.RateLimits,
            [
                .. configuration.Current.Problems.Select(problem =>
                    $"The configuration on disk is bad; the previous one stays in force: {problem}"
                ),
                .. access.Problem is { } bad
                    ? (IEnumerable<string>)[$"The files of --web.config.file cannot be used; the previous rules stay in force: {bad}"]
                    : [],
            ],
            new ConfigurationStatus(
                configuration.Current.Source,
                configuration.Current.InForceSince.At,
                configuration.Current.LastRead.At,
                configuration.Current.IsLastReadInForce,
                configuration.Current.Warnings
            )
        );
}
