using Exporter.Exposition.Families;

namespace Exporter.Exposition.Otlp;

/// <summary>
/// What a family is called in OpenTelemetry: the words of its Prometheus name with dots, its unit apart. The way back, which
/// receivers that keep Prometheus names go, leads to the same name again.
/// </summary>
internal static class OpenTelemetryName
{
    private static readonly string[] UnitSuffixes = ["_total", "_seconds", "_ratio"];

    public static string FromFamily(MetricFamily family) => WithoutUnit(family).Replace('_', '.');

    /// <summary>Seconds and ratios by UCUM, things that are counted as annotations: <c>{click}</c>. What is 1 or 0 has no unit.</summary>
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
