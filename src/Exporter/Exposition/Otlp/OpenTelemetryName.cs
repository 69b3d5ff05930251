using Exporter.Exposition.Families;

namespace Exporter.Exposition.Otlp;

/// <summary>
/// Maps a family to its OpenTelemetry name: the words of the Prometheus name with dots, the unit apart. Receivers that keep Prometheus
/// names map it back to the same name.
/// </summary>
internal static class OpenTelemetryName
{
    private static readonly string[] UnitSuffixes = ["_total", "_seconds", "_ratio"];

    public static string FromFamily(MetricFamily family) => WithoutUnit(family).Replace('_', '.');

    /// <summary>
    /// Returns the unit: seconds and ratios by UCUM, counted things as annotations (<c>{click}</c>); <see langword="null"/> for a value of
    /// 1 or 0.
    /// </summary>
    public static string? UnitOf(MetricFamily family)
    {
        if (family.Name.EndsWith("_seconds", StringComparison.Ordinal))
        {
            return "s";
        }

        return family.Name.EndsWith("_ratio", StringComparison.Ordinal)
            ? "1"
            : WithoutUnit(family).Split('_')[^1] switch
            {
                "series" => "{series}",
                "merged" => "{row}",
                "delivered" => "{email}",
                [.. var thing, 's'] => $"{{{thing}}}",
                _ => null,
            };
    }

    private static string WithoutUnit(MetricFamily family) =>
        UnitSuffixes.FirstOrDefault(unit => family.Name.EndsWith(unit, StringComparison.Ordinal)) is { } unit
            ? family.Name[..^unit.Length]
            : family.Name;
}
