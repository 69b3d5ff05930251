using Exporter.Exposition;
using Exporter.Exposition.Gzip;
using Exporter.Web;
using Exporter.Web.Pages;

namespace Exporter.Hosting;

/// <summary>Wires the serving half: what answers scrapes and people.</summary>
internal static class ServingServices
{
    public static void AddPages(this IServiceCollection services)
    {
        services.AddSingleton<PageCompactor>();
        services.AddPart<PageCompactor>();
        services.AddSingleton<MetricsPage>();
        services.AddSingleton<MetricsEndpoint>();
        services.AddSingleton<HistoryEndpoint>();
        services.AddSingleton<StatusInputsProvider>();
        services.AddSingleton<OutlierCache>();
        services.AddSingleton<StatusEndpoint>();
    }
}
