namespace Exporter.Web.Pages;

/// <summary>The configuration, as far as a page tells of it.</summary>
/// <param name="Source">The file, or what it comes from instead.</param>
/// <param name="InForceSince">When what is in force was read.</param>
/// <param name="LastRead">When it was last read, whatever came of it.</param>
/// <param name="LastReadInForce">Whether that is in force.</param>
/// <param name="Warnings">What is doubtful in it.</param>
internal sealed record ConfigurationStatus(
    string Source,
    DateTimeOffset InForceSince,
    DateTimeOffset LastRead,
    bool LastReadInForce,
    IReadOnlyList<string> Warnings
);
