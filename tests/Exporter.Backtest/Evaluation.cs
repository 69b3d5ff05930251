namespace Exporter.Backtest;

/// <summary>
/// Runs rules over a trial: first everything that is scraped, then level by level what is recorded, each level imported before the next one
/// asks for it, at last the alerts.
/// </summary>
internal static class Evaluation
{
    /// <returns>The alarms by the name of the alert.</returns>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<Alarm>>> RunAsync(Trial trial, IReadOnlyList<Rule> rules, string directory, CancellationToken ct)
    {
        await using var engine = new Engine(directory, Trial.Start, trial.End);
        var file = Path.Combine(directory, "samples.txt");
        using (var writer = new MatrixWriter(File.Create(file)))
        {
            trial.Write(writer);
        }

        await engine.ImportAsync(file, ct);
        foreach (var level in RuleSet.Levels(rules, Alarm.Judged))
        {
            await engine.RecordAsync(level, ct);
        }

        var alarms = new Dictionary<string, IReadOnlyList<Alarm>>(StringComparer.Ordinal);
        foreach (var alert in rules.Where(rule => rule.IsAlert && Alarm.Judged.Contains(rule.Name)))
        {
            alarms.Add(alert.Name, Alarm.Read(await engine.QueryAsync(alert, ct), alert));
        }

        return alarms;
    }
}
