using System.Globalization;
using Exporter.Engines;

namespace Exporter.Tests.Dashboards;

/// <summary>A VictoriaMetrics on a free port of 127.0.0.1 that is told samples and asked queries.</summary>
internal sealed class VictoriaMetricsServer : IAsyncDisposable
{
    private readonly ToolProcess _process;
    private readonly HttpClient _http;

    private VictoriaMetricsServer(ToolProcess process, string address)
    {
        _process = process;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = new Uri(address),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <exception cref="System.ComponentModel.Win32Exception">It is not here.</exception>
    public static async Task<VictoriaMetricsServer> StartAsync(string directory, CancellationToken ct)
    {
        var authority = $"127.0.0.1:{FreePort.Find()}";
        var process = Tool.From(EngineKind.VictoriaMetrics, "victoria-metrics")
            .Start([
                $"-storageDataPath={Path.Combine(directory, "victoria-metrics")}",
                $"-httpListenAddr={authority}",
                "-retentionPeriod=100y",
                "-memory.allowedBytes=512MiB",
                "-loggerLevel=ERROR",
            ]);
        var server = new VictoriaMetricsServer(process, $"http://{authority}/");
        while (!await server.IsReadyAsync(ct))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, ct);
        }

        return server;
    }

    /// <param name="file">Samples as OpenMetrics text.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task ImportAsync(string file, CancellationToken ct)
    {
        await using var samples = File.OpenRead(file);
        using var content = new StreamContent(samples);
        using var answer = await _http.PostAsync(new Uri("api/v1/import/prometheus", UriKind.Relative), content, ct);
        _ = answer.EnsureSuccessStatusCode();
    }

    /// <summary>Makes what was imported visible to queries.</summary>
    public async Task FlushAsync(CancellationToken ct)
    {
        using var answer = await _http.GetAsync(new Uri("internal/force_flush", UriKind.Relative), ct);
        _ = answer.EnsureSuccessStatusCode();
    }

    /// <summary>Evaluates an expression at every step; without <c>nocache</c> it would choose the moments itself.</summary>
    public async Task<byte[]> QueryAsync(string expression, DateTimeOffset from, DateTimeOffset until, TimeSpan step, CancellationToken ct)
    {
        using var parameters = new FormUrlEncodedContent([
            new("query", expression),
            new("start", from.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            new("end", until.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            new("step", step.TotalSeconds.ToString(CultureInfo.InvariantCulture)),
            new("nocache", "1"),
        ]);
        using var answer = await _http.PostAsync(new Uri("prometheus/api/v1/query_range", UriKind.Relative), parameters, ct);
        Assert.True(answer.IsSuccessStatusCode, $"{expression}\n{await answer.Content.ReadAsStringAsync(ct)}");
        return await answer.Content.ReadAsByteArrayAsync(ct);
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return _process.DisposeAsync();
    }

    private async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        _process.RequireAlive();
        try
        {
            using var answer = await _http.GetAsync(new Uri("health", UriKind.Relative), ct);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
