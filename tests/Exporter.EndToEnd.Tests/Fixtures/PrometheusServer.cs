using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Exporter.Engines;

namespace Exporter.EndToEnd.Fixtures;

/// <summary>A real Prometheus on a free port of 127.0.0.1 that scrapes exporters.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    /// <summary>Between asking for a free port and listening on it somebody else may take it.</summary>
    private const int Attempts = 3;

    private readonly ChildProcess _process;
    private readonly string _data;
    private readonly HttpClient _http;

    private PrometheusServer(ChildProcess process, string data, int port)
    {
        (_process, _data) = (process, data);
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}/"),
            Timeout = Eventually.Patience,
        };
    }

    /// <summary>Where it keeps its data.</summary>
    public static string DataIn(TemporaryDirectory directory) => Path.Combine(directory.Path, "tsdb");

    /// <summary>An item of its <c>scrape_configs</c>.</summary>
    /// <param name="exporter">What is scraped.</param>
    /// <param name="name">The label <c>job</c>.</param>
    /// <param name="seconds">The interval, and the time a scrape may take.</param>
    /// <param name="access">More of the job: credentials, TLS.</param>
    public static string Job(Uri exporter, string name = "sendgrid-exporter", int seconds = 1, string access = "") =>
        $$"""

              - job_name: {{name}}
                scrape_interval: {{seconds}}s
                scrape_timeout: {{seconds}}s
                static_configs: [{targets: ["{{exporter.Authority}}"]}]
                scheme: {{exporter.Scheme}}
                {{access}}

            """;

    /// <summary>One that scrapes each second.</summary>
    public static Task<PrometheusServer> StartAsync(TemporaryDirectory directory, Uri exporter, string? rules = null) =>
        StartAsync(directory, Job(exporter), rules);

    /// <param name="directory">For its configuration and its data.</param>
    /// <param name="jobs">Its <c>scrape_configs</c>.</param>
    /// <param name="rules">Rule files, if any.</param>
    /// <param name="kind">Which Prometheus; without it the one that Debian 12 installs.</param>
    public static async Task<PrometheusServer> StartAsync(
        TemporaryDirectory directory,
        string jobs,
        string? rules = null,
        EngineKind? kind = null
    )
    {
        var program = Tool.From(kind ?? EngineKind.Prometheus2, "prometheus");
        program.Require();
        var configuration = directory.Write(
            "prometheus.yml",
            $"""
            rule_files: ["{rules}"]
            scrape_configs:
            {jobs}
            """
        );
        for (var attempt = 1; ; attempt++)
        {
            var (data, port) = (DataIn(directory), FreePort.Find());
            var server = new PrometheusServer(
                ChildProcess.Start(
                    program.Name,
                    [
                        $"--config.file={configuration}",
                        $"--storage.tsdb.path={data}",
                        $"--web.listen-address=127.0.0.1:{port}",
                        "--log.level=warn",
                    ],
                    directory.Path
                ),
                data,
                port
            );
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

    public Uri Address => _http.BaseAddress!;

    /// <summary>Lets it read its configuration and its rules again.</summary>
    public void Reload() => _process.Send(PosixSignal.SIGHUP);

    /// <summary>The values at every so many seconds; the labels of the target are left out.</summary>
    public async Task<IReadOnlyList<(Sample Series, IReadOnlyDictionary<long, double> Values)>> QueryRangeAsync(
        string query,
        long from,
        long to,
        int step
    )
    {
        var root = await AskAsync($"api/v1/query_range?query={Uri.EscapeDataString(query)}&start={from}&end={to}&step={step}");
        return [.. root.EnumerateArray().Select(series => (Read(series, value: 0), Values(series)))];
    }

    /// <summary>The samples themselves, with the times at which they were taken.</summary>
    public async Task<IReadOnlyList<(Sample Series, IReadOnlyDictionary<long, double> Values)>> SamplesAsync(string rangeSelector)
    {
        var root = await AskAsync($"api/v1/query?query={Uri.EscapeDataString(rangeSelector)}");
        return [.. root.EnumerateArray().Select(series => (Read(series, value: 0), Values(series)))];
    }

    /// <summary>An instant query; the labels of the target are left out.</summary>
    public async Task<IReadOnlyList<Sample>> QueryAsync(string query)
    {
        var root = await AskAsync($"api/v1/query?query={Uri.EscapeDataString(query)}");
        return [.. root.EnumerateArray().Select(series => Read(series, Number(series.GetProperty("value")[1])))];
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return _process.DisposeAsync();
    }

    private async Task<JsonElement> AskAsync(string path)
    {
        using var answer = await JsonDocument.ParseAsync(
            await _http.GetStreamAsync(path, TestContext.Current.CancellationToken),
            cancellationToken: TestContext.Current.CancellationToken
        );
        return answer.RootElement.GetProperty("data").GetProperty("result").Clone();
    }

    private static Sample Read(JsonElement series, double value)
    {
        var labels = series
            .GetProperty("metric")
            .EnumerateObject()
            .ToDictionary(label => label.Name, label => label.Value.GetString()!, StringComparer.Ordinal);
        labels.Remove("__name__", out var name);
        labels.Remove("job");
        labels.Remove("instance");
        return new(name ?? "", labels, value);
    }

    /// <summary>By milliseconds since the epoch.</summary>
    private static Dictionary<long, double> Values(JsonElement series) =>
        series
            .GetProperty("values")
            .EnumerateArray()
            .ToDictionary(static pair => (long)Math.Round(pair[0].GetDouble() * 1000), static pair => Number(pair[1]));

    private static double Number(JsonElement text) => double.Parse(text.GetString()!, CultureInfo.InvariantCulture);

    /// <returns><see langword="null"/> while it is starting, <see langword="false"/> when it has given up.</returns>
    private async Task<bool?> IsReadyAsync()
    {
        if (_process.HasExited)
        {
            return false;
        }

        try
        {
            // Another Prometheus may have taken the port; the data tell whose it is.
            using var response = await _http.GetAsync("api/v1/status/flags", TestContext.Current.CancellationToken);
            var flags = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            return response.IsSuccessStatusCode && flags.Contains($"\"{_data}\"", StringComparison.Ordinal) ? true : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
