using System.Diagnostics;

namespace Exporter.Backtest;

/// <summary>Runs the shipped rules over a trial: level by level, each level's series imported before the next one asks for them.</summary>
internal static class Evaluation
{
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<Alarm>>> RunAsync(Trial trial, string directory, Action<string> log, CancellationToken ct)
    {
        Directory.CreateDirectory(directory);
        var rules = RuleSet.Read(Environment.GetEnvironmentVariable("BT_RULES") ?? Engine.RulesDirectory);
        await using var engine = new Engine(directory, Trial.Start, trial.End);
        var file = Path.Combine(directory, "samples.txt");
        var watch = Stopwatch.StartNew();
        using (var writer = new MatrixWriter(File.Create(file)))
        {
            trial.Write(writer);
        }

        log($"world {watch.Elapsed.TotalSeconds:F1} s");
        watch.Restart();
        await engine.ImportAsync(file, ct);
        log($"import {watch.Elapsed.TotalSeconds:F1} s");
        foreach (var level in RuleSet.Levels(rules, Alarm.Judged))
        {
            watch.Restart();
            var samples = 0L;
            using (var writer = new MatrixWriter(File.Create(file)))
            {
                await Parallel.ForEachAsync(level, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = ct }, async (rule, stop) =>
                    Interlocked.Add(ref samples, await engine.EvaluateAsync(rule, writer, stop)));
            }

            var evaluated = watch.Elapsed.TotalSeconds;
            await engine.ImportAsync(file, ct);
            log($"{level.Count} rules {string.Join(' ', level.Select(r => r.Name).Distinct())}, {samples} samples, {evaluated:F1} s + {watch.Elapsed.TotalSeconds - evaluated:F1} s");
        }

        var alarms = new Dictionary<string, IReadOnlyList<Alarm>>(StringComparer.Ordinal);
        foreach (var alert in rules.Where(rule => rule.IsAlert && Alarm.Judged.Contains(rule.Name)))
        {
            watch.Restart();
            alarms[alert.Name] = Alarm.Read(await engine.QueryAsync(alert, ct), alert.KeepFiring);
            log($"{alert.Name}: {alarms[alert.Name].Count}, {watch.Elapsed.TotalSeconds:F1} s");
        }

        return alarms;
    }
}
