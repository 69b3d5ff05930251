using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Exporter.EndToEnd.Fixtures;

/// <summary>A real Prometheus on a free port of 127.0.0.1 that scrapes one exporter.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    /// <summary>Between asking for a free port and listening on it somebody else may take it.</summary>
    private const int Attempts = 3;

    private readonly ChildProcess _process;
    private readonly HttpClient _http;

    private PrometheusServer(ChildProcess process, int port)
    {
        _process = process;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
    }

    /// <param name="directory">For its configuration and its data.</param>
    /// <param name="exporter">What it scrapes.</param>
    /// <param name="seconds">The interval, and the time a scrape may take.</param>
    /// <param name="access">More of the scrape job: credentials, TLS.</param>
    public static async Task<PrometheusServer> StartAsync(TemporaryDirectory directory, Uri exporter, int seconds = 1, string access = "")
    {
        Tool.Require("prometheus");
        var configuration = directory.Write("prometheus.yml", $$"""
            global: {scrape_interval: {{seconds}}s, scrape_timeout: {{seconds}}s}
            scrape_configs:
              - job_name: sendgrid
                static_configs: [{targets: ["{{exporter.Authority}}"]}]
                scheme: {{exporter.Scheme}}
                {{access}}
            """);
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort();
            var server = new PrometheusServer(
                ChildProcess.Start("prometheus",
                    [$"--config.file={configuration}", $"--storage.tsdb.path={directory.Path}/tsdb", $"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"],
                    directory.Path),
                port);
            if (await Eventually.GetAsync<bool?>(server.IsReadyAsync, static ready => ready is not null) == true)
            {
                return server;
            }

            await using (server)
            {
                Assert.True(attempt < Attempts, server._process.Error);
            }
        }
    }

    /// <summary>An instant query; the labels of the target are left out.</summary>
    public async Task<IReadOnlyList<Sample>> QueryAsync(string query)
    {
        using var answer = await JsonDocument.ParseAsync(
            await _http.GetStreamAsync($"api/v1/query?query={Uri.EscapeDataString(query)}", TestContext.Current.CancellationToken),
            cancellationToken: TestContext.Current.CancellationToken);
        return [.. answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(Read)];
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return _process.DisposeAsync();
    }

    private static Sample Read(JsonElement series)
    {
        var labels = series.GetProperty("metric").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!, StringComparer.Ordinal);
        labels.Remove("__name__", out var name);
        labels.Remove("job");
        labels.Remove("instance");
        return new(name ?? "", labels, double.Parse(series.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture));
    }

    /// <returns><see langword="null"/> while it is starting, <see langword="false"/> when it has given up.</returns>
    private async Task<bool?> IsReadyAsync()
    {
        if (_process.HasExited)
        {
            return false;
        }

        try
        {
            using var response = await _http.GetAsync("-/ready", TestContext.Current.CancellationToken);
            return response.IsSuccessStatusCode ? true : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
