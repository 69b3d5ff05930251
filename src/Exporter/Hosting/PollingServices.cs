using Exporter.Configuration;
using Exporter.History;
using Exporter.Polling;
using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.Hosting;

/// <summary>Wires the polling half: what is known, how it is kept, and who asks for more.</summary>
internal static class PollingServices
{
    /// <param name="options">The configuration of this shard.</param>
    /// <param name="path">The directory of the saved state; empty keeps nothing.</param>
    public static void AddHistory(this IServiceCollection services, ExporterOptions options, string path)
    {
        services.AddSingleton(provider => new SavedState(
            path,
            options.History,
            provider.Get<Instruments>().Storage,
            provider.Get<TimeProvider>(),
            provider.Get<ILogger<SavedState>>()
        ));
        services.AddSingleton(static provider =>
        {
            var snapshots = provider.Get<SnapshotStore>();
            return new HistoryWriter(
                provider.Get<SavedState>(),
                () => snapshots.Current,
                provider.Get<PollingService>().Resume,
                provider.Get<TimeProvider>()
            );
        });
        services.AddPart<HistoryWriter>();
    }

    /// <param name="options">The configuration of this shard.</param>
    /// <param name="surroundings">Makes the client for the API.</param>
    public static void AddPolling(this IServiceCollection services, ExporterOptions options, Surroundings surroundings)
    {
        services.AddSingleton(provider => new PollingPlan(options.Poll, options.Accounts, options.Links)
        {
            Saved = provider
                .Get<SavedState>()
                .Restore(
                    [.. options.Accounts.Select(static account => account.Identity)],
                    provider.Get<IHostApplicationLifetime>().ApplicationStopping
                ),
        });
        services.AddSingleton(static provider => new SnapshotStore(
            provider.Get<PollingPlan>().CreateSnapshot(provider.Get<TimeProvider>().GetUtcNow())
        ));
        services.AddSingleton(_ => surroundings.CreateApiClient());
        services.AddSingleton(surroundings.Harmless);
        services.AddSingleton<PollingService>();
        services.AddPart<PollingService>();
    }
}
