using Exporter.Telemetry;

namespace Exporter.Web.Pages;

/// <summary>The inputs of the status page apart from the snapshot.</summary>
/// <param name="IsAlive">Whether the poll loops are running.</param>
/// <param name="RateLimits">The limits that the API has reported to an account, by the account's name.</param>
/// <param name="Notices">Problems with the program's own files.</param>
/// <param name="Configuration">The source of the configuration in force.</param>
internal sealed record StatusInputs(
    BuildInfo Build,
    bool IsAlive,
    Func<string?, IReadOnlyList<RateLimitSeen>> RateLimits,
    IReadOnlyList<string> Notices,
    ConfigurationStatus Configuration
);
