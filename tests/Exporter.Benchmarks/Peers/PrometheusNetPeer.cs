using System.IO.Compression;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;

namespace Exporter.Benchmarks.Peers;

/// <summary>A web server with what the two libraries' documents say: their endpoint behind ASP.NET Core's compression.</summary>
internal static class PeerServer
{
    public static WebApplicationBuilder Create(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.AddRoutingCore();
        builder.Services.AddResponseCompression(static compression =>
        {
            compression.Providers.Add<GzipCompressionProvider>();
            compression.MimeTypes = ["text/plain", "application/openmetrics-text"];
        });
        builder.Services.Configure<GzipCompressionProviderOptions>(static gzip => gzip.Level = CompressionLevel.Fastest);
        return builder;
    }
}

/// <summary>prometheus-net with a gauge per family.</summary>
internal static class PrometheusNetPeer
{
    public static async Task<int> ServeAsync(string page, int port)
    {
        var registry = Prometheus.Metrics.NewCustomRegistry();
        var factory = Prometheus.Metrics.WithCustomRegistry(registry);
        foreach (var (family, samples) in Page.Read(page))
        {
            var gauge = factory.CreateGauge(family, "As the exporter shows it.", samples[0].Names);
            foreach (var (_, values, value) in samples)
            {
                gauge.WithLabels(values).Set(value);
            }
        }

        await using var app = PeerServer.Create(port).Build();
        app.UseResponseCompression();
        app.MapGet(
            "/metrics",
            context =>
            {
                context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
                return registry.CollectAndExportAsTextAsync(context.Response.Body, context.RequestAborted);
            }
        );
        await app.RunAsync();
        return 0;
    }
}
