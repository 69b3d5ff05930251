using Exporter.Engines;

namespace Exporter.Backtest;

/// <summary>
/// Runs rules over a trial: first everything that is scraped, then level by level what is recorded, each level imported before the next one
/// asks for it, at last the alerts.
/// </summary>
internal static class Evaluation
{
    /// <param name="trial">The world and its faults.</param>
    /// <param name="rules">Those to try.</param>
    /// <param name="directory">Where Prometheus' files go.</param>
    /// <param name="ct">Ends the run.</param>
    /// <param name="since">
    /// From when on alerts are looked at, a day or more after the start. What no rule looks back on for longer than a day is recorded from
    /// a day before that moment on.
    /// </param>
    /// <param name="kind">Which Prometheus; without it the one that Debian 12 installs.</param>
    /// <returns>The alarms by the name of the alert.</returns>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<Alarm>>> RunAsync(
        Trial trial,
        IReadOnlyList<Rule> rules,
        string directory,
        CancellationToken ct,
        DateTimeOffset? since = null,
        EngineKind? kind = null
    )
    {
        await using var engine = new Engine(directory, Trial.Start, trial.End, kind);
        var file = Path.Combine(directory, "samples.txt");
        using (var writer = new MatrixWriter(File.Create(file)))
        {
            trial.Write(writer);
        }

        await engine.ImportAsync(file, ct);
        var levels = RuleSet.Levels(rules, Alarm.Judged);
        if (since is { } judged)
        {
            await RecordAsync(engine, rules, levels, judged, ct);
        }
        else
        {
            await RecordAsync(engine, levels, static _ => true, ct);
        }

        var alarms = new Dictionary<string, IReadOnlyList<Alarm>>(StringComparer.Ordinal);
        foreach (var alert in rules.Where(rule => rule.IsAlert && Alarm.Judged.Contains(rule.Name)))
        {
            alarms.Add(alert.Name, Alarm.Read(await engine.QueryAsync(alert, ct), alert));
        }

        return alarms;
    }

    /// <summary>
    /// Records from the start what a rule looks back on for longer than a day, and everything else from a day before a moment on. Alerts
    /// can be looked at from that moment on.
    /// </summary>
    public static async Task RecordAsync(
        Engine engine,
        IReadOnlyList<Rule> rules,
        IReadOnlyList<IReadOnlyList<Rule>> levels,
        DateTimeOffset since,
        CancellationToken ct
    )
    {
        var old = RuleSet.LookedBackOn(rules);
        await RecordAsync(engine, levels, rule => old.Contains(rule.Name), ct);
        engine.Start = since.AddDays(-1);
        await RecordAsync(engine, levels, rule => !old.Contains(rule.Name), ct);
        engine.Start = since;
    }

    private static async Task RecordAsync(
        Engine engine,
        IEnumerable<IReadOnlyList<Rule>> levels,
        Func<Rule, bool> isMeant,
        CancellationToken ct
    )
    {
        foreach (var level in levels.Select(level => level.Where(isMeant).ToList()).Where(level => level.Count > 0))
        {
            await engine.RecordAsync(level, ct);
        }
    }
}
