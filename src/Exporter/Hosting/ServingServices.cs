using Exporter.Exposition;
using Exporter.Exposition.Gzip;
using Exporter.Web;
using Exporter.Web.Pages;

namespace Exporter.Hosting;

/// <summary>Wires the serving half: what answers scrapes and people.</summary>
internal static class ServingServices
{
    /// <param name="maxRequests">The number of scrapes at the same time.</param>
    public static void AddPages(this IServiceCollection services, int maxRequests)
    {
        services.AddSingleton<PageCompactor>();
        services.AddPart<PageCompactor>();
        services.AddSingleton<MetricsPage>();
        services.AddSingleton(provider => new MetricsEndpoint(provider.Get<MetricsPage>(), maxRequests, provider.Get<TimeProvider>()));
        services.AddSingleton<HistoryEndpoint>();
        services.AddSingleton<StatusInputsProvider>();
        services.AddSingleton<OutlierCache>();
        services.AddSingleton<StatusEndpoint>();
    }
}
