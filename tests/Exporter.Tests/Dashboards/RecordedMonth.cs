using System.ComponentModel;
using System.Globalization;
using Exporter.Backtest;
using Exporter.Engines;
using Exporter.Tests.Deploy;

namespace Exporter.Tests.Dashboards;

/// <summary>
/// A <see cref="SimulatedMonth"/> in a real Prometheus, with all that the shipped rules record and say of it; and the very same samples
/// in the other engines that are here.
/// </summary>
internal sealed class RecordedMonth : IAsyncDisposable
{
    private readonly Engine _engine;
    private readonly Engine? _three;
    private readonly VictoriaMetricsServer? _victoria;

    private RecordedMonth(Engine engine, Engine? three, VictoriaMetricsServer? victoria) =>
        (_engine, _three, _victoria) = (engine, three, victoria);

    public static async Task<RecordedMonth> RecordAsync(SimulatedMonth month, string directory, CancellationToken ct)
    {
        var rules = RuleSet.Read(Engine.RulesDirectory);
        var asked = string.Join(
            '\n',
            Expressions
                .All.Where(expression => expression.File.StartsWith("grafana/", StringComparison.Ordinal))
                .Select(expression => expression.Text)
        );
        Rule[] all =
        [
            .. rules,
            new("dashboards", IsAlert: true, asked, new Dictionary<string, string>(StringComparer.Ordinal), default, default, default),
        ];
        var levels = RuleSet.Levels(all, [.. all.Where(rule => rule.IsAlert).Select(rule => rule.Name)]);
        var old = RuleSet.LookedBackOn(all);
        var victoria = await IfHereAsync(() => VictoriaMetricsServer.StartAsync(directory, ct));
        await using (var engine = new Engine(directory, SimulatedMonth.Start, SimulatedMonth.End))
        {
            await ImportAsync(engine, victoria, directory, month.WriteHistory, ct);
            await RecordAsync(engine, victoria, directory, levels, rule => old.Contains(rule.Name), ct);
        }

        var recent = new Engine(directory, SimulatedMonth.Recent, SimulatedMonth.End);
        await ImportAsync(recent, victoria, directory, month.WriteRecent, ct);
        await RecordAsync(recent, victoria, directory, levels, rule => !old.Contains(rule.Name), ct);
        await ImportAlarmsAsync(recent, victoria, directory, rules, month.Account, ct);
        await (victoria?.FlushAsync(ct) ?? Task.CompletedTask);
        return new(recent, await IfHereAsync(() => OpenWithThreeAsync(directory, ct)), victoria);
    }

    /// <summary>Evaluates an expression over the days that are looked at; the test is skipped where the engine is not here.</summary>
    /// <param name="kind">By which engine.</param>
    /// <param name="expression">With all variables filled in.</param>
    /// <param name="step">How often it is evaluated.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Its numbers of the last week.</returns>
    public async Task<Answer> AskAsync(EngineKind kind, string expression, TimeSpan step, CancellationToken ct)
    {
        var isHere = kind == EngineKind.VictoriaMetrics ? _victoria is not null : kind != EngineKind.Prometheus3 || _three is not null;
        Assert.SkipUnless(isHere, kind.Missing);
        if (kind == EngineKind.VictoriaMetrics)
        {
            var answer = await _victoria!.QueryAsync(expression, SimulatedMonth.Recent, SimulatedMonth.End, step, ct);
            return Answer.Read([answer]).Since(SimulatedMonth.End.AddDays(-7));
        }

        var engine = kind == EngineKind.Prometheus3 ? _three! : _engine;
        var none = new Dictionary<string, string>(StringComparer.Ordinal);
        var query = new Rule("query", IsAlert: true, expression, none, step, default, default);
        return Answer.Read(await engine.QueryAsync(query, ct)).Since(SimulatedMonth.End.AddDays(-7));
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        await (_three?.DisposeAsync() ?? default);
        await (_victoria?.DisposeAsync() ?? default);
    }

    private static async Task<T?> IfHereAsync<T>(Func<Task<T>> start)
        where T : class
    {
        try
        {
            return await start();
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Two servers cannot have one directory; blocks are never written to, so copies of them will do.</summary>
    private static async Task<Engine> OpenWithThreeAsync(string directory, CancellationToken ct)
    {
        var copy = Path.Combine(directory, "three");
        foreach (var block in Directory.EnumerateDirectories(Path.Combine(directory, "tsdb"), "01*"))
        {
            foreach (var file in Directory.EnumerateFiles(block, "*", SearchOption.AllDirectories))
            {
                var place = Path.Combine(copy, Path.GetRelativePath(directory, file));
                _ = Directory.CreateDirectory(Path.GetDirectoryName(place)!);
                File.Copy(file, place);
            }
        }

        var engine = new Engine(copy, SimulatedMonth.Recent, SimulatedMonth.End, EngineKind.Prometheus3);
        await engine.OpenAsync(ct);
        return engine;
    }

    private static async Task RecordAsync(
        Engine engine,
        VictoriaMetricsServer? victoria,
        string directory,
        IEnumerable<IReadOnlyList<Rule>> levels,
        Func<Rule, bool> isMeant,
        CancellationToken ct
    )
    {
        foreach (var level in levels.Select(level => level.Where(isMeant).ToList()).Where(level => level.Count > 0))
        {
            await ImportAsync(
                engine,
                victoria,
                directory,
                async output =>
                {
                    foreach (var rule in level)
                    {
                        await engine.RecordAsync(rule, output, ct);
                    }
                },
                ct
            );
        }
    }

    private static async Task ImportAlarmsAsync(
        Engine engine,
        VictoriaMetricsServer? victoria,
        string directory,
        IEnumerable<Rule> rules,
        string? account,
        CancellationToken ct
    ) =>
        await ImportAsync(
            engine,
            victoria,
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
            ct
        );

    private static void Write(MatrixWriter output, Rule alert, Alarm alarm, string? account)
    {
        (string Name, string? Value)[] known =
        [
            ("alertname", alert.Name),
            ("severity", alert.Labels["severity"]),
            ("account", account),
            ("automation", alarm.Automation),
            ("step_id", alarm.Step),
            ("url_location", alarm.Location),
        ];
        var labels = string.Join(
            ',',
            known.Where(label => label.Value is { Length: > 0 }).Select(label => $"{label.Name}=\"{label.Value}\"")
        );
        for (var at = alarm.From; at <= alarm.Until + alert.KeepFiring && at <= SimulatedMonth.End; at = at.AddMinutes(1))
        {
            var time = at.ToUnixTimeSeconds();
            output.Line(string.Create(CultureInfo.InvariantCulture, $"ALERTS{{alertstate=\"firing\",{labels}}} 1 {time}\n"));
            output.Line(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"ALERTS_FOR_STATE{{{labels}}} {(alarm.From - alert.For).ToUnixTimeSeconds()} {time}\n"
                )
            );
        }
    }

    private static Task ImportAsync(
        Engine engine,
        VictoriaMetricsServer? victoria,
        string directory,
        Action<MatrixWriter> write,
        CancellationToken ct
    ) =>
        ImportAsync(
            engine,
            victoria,
            directory,
            output =>
            {
                write(output);
                return Task.CompletedTask;
            },
            ct
        );

    private static async Task ImportAsync(
        Engine engine,
        VictoriaMetricsServer? victoria,
        string directory,
        Func<MatrixWriter, Task> write,
        CancellationToken ct
    )
    {
        var file = Path.Combine(directory, "samples.txt");
        using (var writer = new MatrixWriter(File.Create(file)))
        {
            await write(writer);
        }

        await (victoria?.ImportAsync(file, ct) ?? Task.CompletedTask);
        await engine.ImportAsync(file, ct);
    }
}
