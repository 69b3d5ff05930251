using System.Globalization;
using Exporter.Exposition.Families;
using Exporter.Exposition.Text;
using Exporter.Snapshots;

namespace Exporter.Backfill;

/// <summary>
/// Writes OpenMetrics 1.0 text with timestamps, as <c>promtool tsdb create-blocks-from openmetrics</c> requires it: family by family, each
/// series in time order.
/// </summary>
internal static class BackfillWriter
{
    private static readonly Dictionary<string, MetricFamily> Families = Catalogue.All.ToDictionary(
        family => family.Name,
        StringComparer.Ordinal
    );

    /// <param name="series">In any order.</param>
    /// <param name="target">The labels that a scrape would add.</param>
    /// <returns>The number of samples.</returns>
    public static long Write(TextWriter output, IEnumerable<BackfillSeries> series, IReadOnlyList<(string Label, string? Value)> target)
    {
        var count = 0L;
        foreach (
            var family in series.GroupBy(each => each.Family, StringComparer.Ordinal).OrderBy(each => each.Key, StringComparer.Ordinal)
        )
        {
            output.Write($"# HELP {family.Key} {LabelText.Escape(Families[family.Key].Help)}\n# TYPE {family.Key} gauge\n");
            foreach (var each in family)
            {
                var labels = string.Join(
                    ',',
                    each.Labels.Concat(target)
                        .Where(label => label.Value is not null)
                        .Select(label => $"{label.Label}=\"{LabelText.Escape(label.Value!)}\"")
                );
                foreach (var (at, value) in each.Samples)
                {
                    output.Write(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{family.Key}{{{labels}}} {value} {at.ToUnixTimeMilliseconds() / 1000m}\n"
                        )
                    );
                    count++;
                }
            }
        }

        output.Write("# EOF\n");
        return count;
    }

    /// <summary>Whether a family of <c>/metrics</c> has a label of this name.</summary>
    public static bool IsOwnLabel(string name) => Families.Values.Any(family => family.Labels.Contains(name, StringComparer.Ordinal));

    /// <summary>Returns the name of a total on <c>/metrics</c>, or <see langword="null"/> when it has none for this kind.</summary>
    public static string? FamilyOf(CampaignKind kind, string what)
    {
        var isStatistic = EmailStatistics.Names.Contains(what, StringComparer.Ordinal);
        var name =
            kind == CampaignKind.Automation ? $"sendgrid_automation_{(isStatistic ? "step_" : "")}{what}" : $"sendgrid_singlesend_{what}";
        return Families.ContainsKey(name) ? name : null;
    }

    /// <summary>Returns the labels of a series, in the family's order.</summary>
    public static IReadOnlyList<(string Label, string? Value)> Labels(
        string family,
        string? account,
        string campaign,
        string first,
        string second,
        string location
    ) =>
        [
            .. Families[family]
                .Labels.Select(label =>
                    (
                        label,
                        label switch
                        {
                            "account" => account,
                            "automation" or "singlesend" => campaign,
                            "step_id" or "ab_variation" => first,
                            "ab_phase" => second,
                            _ => location,
                        }
                    )
                ),
        ];
}
