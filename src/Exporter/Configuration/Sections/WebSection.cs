using Exporter.Configuration.Values;
using Exporter.Web;

namespace Exporter.Configuration.Sections;

internal static class WebSection
{
    public static WebOptions Read(Section section) =>
        new() { GrafanaUrl = section.Get("grafana_url", ValueParsers.WebAddress, fallback: null) };
}
