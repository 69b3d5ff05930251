using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Reflection;

namespace Exporter.Backtest;

/// <summary>A real Prometheus over blocks that promtool makes. It scrapes nothing and evaluates nothing by itself.</summary>
internal sealed class Engine(string directory, DateTimeOffset start, DateTimeOffset end) : IAsyncDisposable
{
    /// <summary>The API gives at most 11,000 points a series; fewer keep an answer below some hundred megabytes.</summary>
    private const int PointsPerQuery = 5500;

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private Process? _server;
    private string _address = "";

    public static string RulesDirectory { get; } =
        typeof(Engine).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "Rules").Value!;

    private string Blocks => Path.Combine(directory, "tsdb");

    /// <summary>Makes samples part of what queries see. The Prometheus is started anew: it looks for new blocks only once a minute.</summary>
    /// <param name="file">Samples as OpenMetrics text; it is deleted.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task ImportAsync(string file, CancellationToken ct)
    {
        await StopAsync(ct);
        using (var promtool = Start("promtool", ["tsdb", "create-blocks-from", "--max-block-duration=9999h", "openmetrics", "--quiet", file, Blocks]))
        {
            await ExpectSuccessAsync(promtool, ct);
        }

        File.Delete(file);
        await StartAsync(ct);
    }

    /// <summary>Evaluates a recording rule over the whole time and writes what it gives.</summary>
    /// <returns>How many samples there are.</returns>
    public async Task<long> EvaluateAsync(Rule rule, MatrixWriter writer, CancellationToken ct)
    {
        var samples = 0L;
        foreach (var (from, last) in Pieces(rule))
        {
            samples += writer.Write(await QueryAsync(rule, from, last, ct), rule.Name, rule.Labels);
        }

        return samples;
    }

    /// <summary>Evaluates an alert over the whole time.</summary>
    public async Task<IReadOnlyList<byte[]>> QueryAsync(Rule rule, CancellationToken ct)
    {
        var answers = new List<byte[]>();
        foreach (var (from, last) in Pieces(rule))
        {
            answers.Add(await QueryAsync(rule, from, last, ct));
        }

        return answers;
    }

    private IEnumerable<(DateTimeOffset From, DateTimeOffset Last)> Pieces(Rule rule)
    {
        for (var from = start; from <= end; from += rule.Interval * PointsPerQuery)
        {
            var last = from + (rule.Interval * (PointsPerQuery - 1));
            yield return (from, last < end ? last : end);
        }
    }

    /// <summary>At every multiple of the interval, as a rule group does.</summary>
    private async Task<byte[]> QueryAsync(Rule rule, DateTimeOffset from, DateTimeOffset last, CancellationToken ct)
    {
        using var parameters = new FormUrlEncodedContent(
        [
            new("query", rule.Expression),
            new("start", from.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            new("end", last.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            new("step", rule.Interval.TotalSeconds.ToString(CultureInfo.InvariantCulture)),
        ]);
        using var response = await _http.PostAsync(new Uri($"{_address}/api/v1/query_range"), parameters, ct);
        var answer = await response.Content.ReadAsByteArrayAsync(ct);
        return response.IsSuccessStatusCode ? answer : throw new InvalidOperationException($"{rule.Name}: {System.Text.Encoding.UTF8.GetString(answer)}");
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _http.Dispose();
    }

    private async Task StartAsync(CancellationToken ct)
    {
        var configuration = Path.Combine(directory, "prometheus.yml");
        await File.WriteAllTextAsync(configuration, "global: {}\n", ct);
        var port = FreePort();
        _address = $"http://127.0.0.1:{port}";

        // A recorded series that is not recorded any more is marked in live operation, but not in imported blocks. A lookback
        // just below the interval does the same: nothing older than the evaluation at hand is seen.
        _server = Start("prometheus",
        [
            $"--config.file={configuration}", $"--storage.tsdb.path={Blocks}", $"--web.listen-address=127.0.0.1:{port}", "--log.level=warn",
            "--storage.tsdb.retention.time=100y",
            "--query.lookback-delta=299s", "--query.timeout=1h", "--query.max-samples=1000000000",
        ]);
        while (!await IsReadyAsync(ct))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, ct);
        }
    }

    private async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        if (_server!.HasExited)
        {
            await ExpectSuccessAsync(_server, ct);
            throw new InvalidOperationException("Prometheus ended by itself.");
        }

        try
        {
            using var response = await _http.GetAsync(new Uri($"{_address}/-/ready"), ct);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task StopAsync(CancellationToken ct)
    {
        if (_server is { } server)
        {
            _server = null;
            server.Kill();
            await server.WaitForExitAsync(ct);
            server.Dispose();
        }
    }

    private static Process Start(string program, IReadOnlyList<string> arguments)
    {
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false },
        };
        var errors = new List<string>();
        process.ErrorDataReceived += (_, line) => Remember(errors, line.Data);
        process.OutputDataReceived += (_, line) => Remember(errors, line.Data);
        process.Start();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        Said.AddOrUpdate(process, errors);
        return process;
    }

    private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<Process, List<string>> Said = [];

    private static void Remember(List<string> lines, string? line)
    {
        if (line is not null)
        {
            lock (lines)
            {
                lines.Add(line);
            }
        }
    }

    private static async Task ExpectSuccessAsync(Process process, CancellationToken ct)
    {
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0 && Said.TryGetValue(process, out var lines))
        {
            throw new InvalidOperationException($"{process.StartInfo.FileName} ended with {process.ExitCode}: {string.Join('\n', lines)}");
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
