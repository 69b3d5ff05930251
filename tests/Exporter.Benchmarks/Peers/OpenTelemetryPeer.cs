using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;

namespace Exporter.Benchmarks.Peers;

/// <summary>OpenTelemetry's exporter for Prometheus with an observable gauge per family.</summary>
internal static class OpenTelemetryPeer
{
    public static async Task<int> ServeAsync(string page, int port)
    {
        using var meter = new Meter("peer");
        var most = 0;
        foreach (var (family, samples) in Page.Read(page))
        {
            var measurements = samples
                .Select(static sample => new Measurement<double>(
                    sample.Value,
                    sample.Names.Zip(sample.Values, static (name, value) => KeyValuePair.Create(name, (object?)value))
                ))
                .ToList();
            meter.CreateObservableGauge(family, () => measurements);
            most = Math.Max(most, samples.Count);
        }

        var builder = PeerServer.Create(port);
        builder
            .Services.AddOpenTelemetry()
            .WithMetrics(metrics =>
                metrics
                    .AddMeter(meter.Name)
                    .AddView(_ => new MetricStreamConfiguration { CardinalityLimit = most + 1 })
                    // By default an answer is kept for 0.3 s.
                    .AddPrometheusExporter(static exporter => exporter.ScrapeResponseCacheDurationMilliseconds = 0)
            );
        await using var app = builder.Build();
        app.UseResponseCompression();
        app.MapPrometheusScrapingEndpoint("/metrics");
        await app.RunAsync();
        return 0;
    }
}
