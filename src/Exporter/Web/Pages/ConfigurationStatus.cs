namespace Exporter.Web.Pages;

/// <summary>The configuration, as far as a page shows it.</summary>
/// <param name="Source">The file, or the other source of the configuration.</param>
/// <param name="InForceSince">When the configuration in force was read.</param>
/// <param name="LastRead">When the configuration was last read, successfully or not.</param>
/// <param name="LastReadInForce">Whether the configuration read last is in force.</param>
/// <param name="Warnings">The warnings about it.</param>
internal sealed record ConfigurationStatus(
    string Source,
    DateTimeOffset InForceSince,
    DateTimeOffset LastRead,
    bool LastReadInForce,
    IReadOnlyList<string> Warnings
);
