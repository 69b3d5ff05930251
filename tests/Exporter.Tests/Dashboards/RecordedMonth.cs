using System.Globalization;
using System.Text.Json;
using Exporter.Backtest;
using Exporter.Tests.Deploy;

namespace Exporter.Tests.Dashboards;

/// <summary>A <see cref="SimulatedMonth"/> in a real Prometheus, with all that the shipped rules record and say of it.</summary>
internal sealed class RecordedMonth : IAsyncDisposable
{
    private readonly Engine _engine;

    private RecordedMonth(Engine engine) => _engine = engine;

    public static async Task<RecordedMonth> RecordAsync(SimulatedMonth month, string directory, CancellationToken ct)
    {
        var rules = RuleSet.Read(Engine.RulesDirectory);
        var asked = string.Join('\n', Expressions.All.Where(expression => expression.File.StartsWith("grafana/", StringComparison.Ordinal)).Select(expression => expression.Text));
        Rule[] all = [.. rules, new("dashboards", IsAlert: true, asked, new Dictionary<string, string>(StringComparer.Ordinal), default, default, default)];
        var levels = RuleSet.Levels(all, [.. all.Where(rule => rule.IsAlert).Select(rule => rule.Name)]);
        var old = RuleSet.LookedBackOn(all);
        await using (var engine = new Engine(directory, SimulatedMonth.Start, SimulatedMonth.End))
        {
            await ImportAsync(engine, directory, month.WriteHistory, ct);
            await RecordAsync(engine, directory, levels, rule => old.Contains(rule.Name), ct);
        }

        var recent = new Engine(directory, SimulatedMonth.Recent, SimulatedMonth.End);
        await ImportAsync(recent, directory, month.WriteRecent, ct);
        await RecordAsync(recent, directory, levels, rule => !old.Contains(rule.Name), ct);
        await ImportAlarmsAsync(recent, directory, rules, month.Account, ct);
        return new(recent);
    }

    /// <summary>Evaluates an expression over the days that are looked at.</summary>
    /// <param name="expression">With all variables filled in.</param>
    /// <param name="step">How often it is evaluated.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>How many series have a number in the last week, and how many at its end.</returns>
    public async Task<(int InTheWeek, int Now)> CountAsync(string expression, TimeSpan step, CancellationToken ct)
    {
        var answers = await _engine.QueryAsync(
            new("query", IsAlert: true, expression, new Dictionary<string, string>(StringComparer.Ordinal), step, default, default), ct);
        var (week, now) = (0, 0);
        foreach (var answer in answers)
        {
            using var json = JsonDocument.Parse(answer);
            foreach (var series in json.RootElement.GetProperty("data").GetProperty("result").EnumerateArray())
            {
                var times = series.GetProperty("values").EnumerateArray()
                    .Where(value => value[1].GetString() != "NaN")
                    .Select(value => DateTimeOffset.FromUnixTimeSeconds(value[0].GetInt64())).ToList();
                week += times.Exists(time => time >= SimulatedMonth.End.AddDays(-7)) ? 1 : 0;
                now += times.Contains(SimulatedMonth.End) ? 1 : 0;
            }
        }

        return (week, now);
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    private static async Task RecordAsync(
        Engine engine, string directory, IEnumerable<IReadOnlyList<Rule>> levels, Func<Rule, bool> isMeant, CancellationToken ct)
    {
        foreach (var level in levels.Select(level => level.Where(isMeant).ToList()).Where(level => level.Count > 0))
        {
            await ImportAsync(
                engine,
                directory,
                async output =>
                {
                    foreach (var rule in level)
                    {
                        await engine.RecordAsync(rule, output, ct);
                    }
                },
                ct);
        }
    }

    private static async Task ImportAlarmsAsync(Engine engine, string directory, IEnumerable<Rule> rules, string? account, CancellationToken ct) =>
        await ImportAsync(
            engine,
            directory,
            async output =>
            {
                foreach (var alert in rules.Where(rule => rule.IsAlert))
                {
                    foreach (var alarm in Alarm.Read(await engine.QueryAsync(alert, ct), alert))
                    {
                        Write(output, alert, alarm, account);
                    }
                }
            },
            ct);

    private static void Write(MatrixWriter output, Rule alert, Alarm alarm, string? account)
    {
        (string Name, string? Value)[] known =
        [
            ("alertname", alert.Name), ("severity", alert.Labels["severity"]),
            ("account", account), ("automation", alarm.Automation), ("step_id", alarm.Step), ("url_location", alarm.Location),
        ];
        var labels = string.Join(',', known.Where(label => label.Value is { Length: > 0 }).Select(label => $"{label.Name}=\"{label.Value}\""));
        for (var at = alarm.From; at <= alarm.Until + alert.KeepFiring && at <= SimulatedMonth.End; at = at.AddMinutes(1))
        {
            var time = at.ToUnixTimeSeconds();
            output.Line(string.Create(CultureInfo.InvariantCulture, $"ALERTS{{alertstate=\"firing\",{labels}}} 1 {time}\n"));
            output.Line(string.Create(CultureInfo.InvariantCulture, $"ALERTS_FOR_STATE{{{labels}}} {(alarm.From - alert.For).ToUnixTimeSeconds()} {time}\n"));
        }
    }

    private static Task ImportAsync(Engine engine, string directory, Action<MatrixWriter> write, CancellationToken ct) =>
        ImportAsync(
            engine,
            directory,
            output =>
            {
                write(output);
                return Task.CompletedTask;
            },
            ct);

    private static async Task ImportAsync(Engine engine, string directory, Func<MatrixWriter, Task> write, CancellationToken ct)
    {
        var file = Path.Combine(directory, "samples.txt");
        using (var writer = new MatrixWriter(File.Create(file)))
        {
            await write(writer);
        }

        await engine.ImportAsync(file, ct);
    }
}
