using Exporter.Telemetry;

namespace Exporter.Web.Pages;

/// <summary>What the page tells beside the snapshot.</summary>
/// <param name="Build">The program.</param>
/// <param name="IsAlive">Whether the poll loops turn.</param>
/// <param name="RateLimits">What the API has said to an account, by its name.</param>
/// <param name="Notices">What is wrong with the program's own files.</param>
/// <param name="Configuration">Where the configuration in force comes from.</param>
internal sealed record StatusInputs(
    BuildInfo Build,
    bool IsAlive,
    Func<string?, IReadOnlyList<RateLimitSeen>> RateLimits,
    IReadOnlyList<string> Notices,
    ConfigurationStatus Configuration
);
