using Exporter.History;
using Exporter.Snapshots;
using Exporter.Web;

namespace Exporter.Configuration;

internal static class HistorySection
{
    private static readonly HistoryOptions Default = new();

    public static HistoryOptions Read(Section section) => new()
    {
        Retention = section.Get("retention", Kinds.Duration("1d", "3650d"), Default.Retention),
    };
}

internal static class WebSection
{
    public static WebOptions Read(Section section) => new()
    {
        GrafanaUrl = section.Get("grafana_url", Kinds.WebAddress, fallback: null),
    };
}

internal static class LinksSection
{
    private static readonly LinksOptions Default = new();

    public static LinksOptions Read(Section section) => new()
    {
        Url = section.Get(
            "url",
            Kinds.Choice(("none", UrlDisplay.None), ("host", UrlDisplay.Host), ("path", UrlDisplay.Path), ("full", UrlDisplay.Full)),
            Default.Url),
        MaxPerAutomation = section.Get("max_per_automation", Kinds.WholeNumber(1, 100_000), Default.MaxPerAutomation),
        MissingGrace = section.Get("missing_grace", Kinds.Duration("1s", "3650d"), Default.MissingGrace),
    };
}
