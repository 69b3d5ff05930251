using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Exporter.Engines;

namespace Exporter.Backtest;

/// <summary>A real Prometheus over blocks that promtool makes. It scrapes nothing and evaluates nothing by itself.</summary>
/// <param name="directory">Where its files go.</param>
/// <param name="start">From when on rules are evaluated.</param>
/// <param name="end">Until when.</param>
/// <param name="kind">Which Prometheus; without it the one that Debian 12 installs.</param>
internal sealed class Engine(string directory, DateTimeOffset start, DateTimeOffset end, EngineKind? kind = null) : IAsyncDisposable
{
    /// <summary>The API gives no more points of a series.</summary>
    private const int MaxPoints = 11_000;

    private const string RulesFile = "rules.yml";

    private readonly EngineKind _kind = kind ?? EngineKind.Prometheus2;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private ToolProcess? _server;
    private string _address = "";

    public static string RulesDirectory { get; } = Repository.PathTo("deploy/prometheus/rules");

    /// <summary>From when on rules are evaluated.</summary>
    public DateTimeOffset Start { get; set; } = start;

    private string Blocks => Path.Combine(directory, "tsdb");

    /// <summary>Lets queries see what another has imported and recorded into the same directory.</summary>
    public Task OpenAsync(CancellationToken ct) => RestartAsync(ct);

    /// <summary>Makes samples part of what queries see. Prometheus is started anew: it looks for new blocks only once a minute.</summary>
    /// <param name="file">Samples as OpenMetrics text; it is deleted.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task ImportAsync(string file, CancellationToken ct)
    {
        string[] arguments = ["tsdb", "create-blocks-from", "--max-block-duration=9999h", "openmetrics", "--quiet", file, Blocks];
        await using (var promtool = Tool.From(_kind, "promtool").Start(arguments))
        {
            await promtool.SucceedAsync(ct);
        }

        File.Delete(file);
        await RestartAsync(ct);
    }

    /// <summary>Evaluates a recording rule over the whole time and writes what it gives.</summary>
    public async Task RecordAsync(Rule rule, MatrixWriter writer, CancellationToken ct)
    {
        foreach (var (from, last) in Pieces(rule))
        {
            writer.Write(await QueryAsync(rule, from, last, ct), rule.Name, rule.Labels);
        }
    }

    /// <summary>
    /// Evaluates recording rules over the whole time, none of which is made of another, and makes what they give part of what queries see,
    /// without a way through text.
    /// </summary>
    public async Task RecordAsync(IReadOnlyList<Rule> level, CancellationToken ct)
    {
        foreach (var rules in level.GroupBy(rule => rule.Interval))
        {
            // Named alike for every level: promtool, as Prometheus, evaluates a group at a moment within its interval that follows from
            // these names, so that all rules of one interval are evaluated together.
            await File.WriteAllTextAsync(Path.Combine(directory, RulesFile), Yaml(rules.Key, rules), ct);
            await using var promtool = Tool.From(_kind, "promtool")
                .Start(
                    [
                        "tsdb",
                        "create-blocks-from",
                        $"--max-block-duration={BlockHours(rules.Key)}h",
                        "rules",
                        $"--url={_address}",
                        $"--output-dir={Blocks}",
                        $"--start={Start.ToUnixTimeSeconds()}",
                        $"--end={end.ToUnixTimeSeconds()}",
                        RulesFile,
                    ],
                    directory
                );
            await promtool.SucceedAsync(ct);
        }

        await RestartAsync(ct);
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

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _http.Dispose();
    }

    private IEnumerable<(DateTimeOffset From, DateTimeOffset Last)> Pieces(Rule rule)
    {
        for (var from = Start; from <= end; from += rule.Interval * MaxPoints)
        {
            var last = from + (rule.Interval * (MaxPoints - 1));
            yield return (from, last < end ? last : end);
        }
    }

    /// <summary>At every multiple of the interval, as a rule group does.</summary>
    private async Task<byte[]> QueryAsync(Rule rule, DateTimeOffset from, DateTimeOffset last, CancellationToken ct)
    {
        using var parameters = new FormUrlEncodedContent([
            new("query", rule.Expression),
            new("start", from.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            new("end", last.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            new("step", rule.Interval.TotalSeconds.ToString(CultureInfo.InvariantCulture)),
        ]);
        using var response = await _http.PostAsync(new Uri($"{_address}/api/v1/query_range"), parameters, ct);
        var answer = await response.Content.ReadAsByteArrayAsync(ct);
        return response.IsSuccessStatusCode
            ? answer
            : throw new InvalidOperationException($"{rule.Name}: {Encoding.UTF8.GetString(answer)}");
    }

    /// <summary>
    /// promtool's sizes of blocks are 2 h, 6 h, 18 h, …; it asks for a whole block at once, which must not be more than 11,000 points.
    /// </summary>
    private static int BlockHours(TimeSpan interval)
    {
        var hours = 2;
        while (TimeSpan.FromHours(3 * hours) / interval <= MaxPoints)
        {
            hours *= 3;
        }

        return hours;
    }

    /// <summary>JSON, which is YAML.</summary>
    private static string Yaml(TimeSpan interval, IEnumerable<Rule> rules)
    {
        var group = new JsonObject
        {
            ["name"] = "rules",
            ["interval"] = $"{interval.TotalSeconds}s",
            ["rules"] = new JsonArray([
                .. rules.Select(rule => new JsonObject
                {
                    ["record"] = rule.Name,
                    ["expr"] = rule.Expression,
                    ["labels"] = new JsonObject(rule.Labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value))),
                }),
            ]),
        };
        return new JsonObject { ["groups"] = new JsonArray(group) }.ToJsonString();
    }

    private async Task RestartAsync(CancellationToken ct)
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        var configuration = Path.Combine(directory, "prometheus.yml");
        await File.WriteAllTextAsync(configuration, "global: {}\n", ct);
        var port = FreePort.Find();
        _address = $"http://127.0.0.1:{port}";

        // A recorded series that is not recorded any more is marked in live operation, but not in imported blocks. A lookback
        // just below the interval does the same: nothing older than the evaluation at hand is seen.
        _server = Tool.From(_kind, "prometheus")
            .Start([
                $"--config.file={configuration}",
                $"--storage.tsdb.path={Blocks}",
                $"--web.listen-address=127.0.0.1:{port}",
                "--log.level=warn",
                "--storage.tsdb.retention.time=100y",
                "--query.lookback-delta=299s",
                "--query.timeout=1h",
                "--query.max-samples=1000000000",
            ]);
        while (!await IsReadyAsync(ct))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, ct);
        }
    }

    private async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        _server!.RequireAlive();
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
}
