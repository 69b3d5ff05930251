using System.Globalization;
using System.Text;
using Exporter.Engines;

namespace Exporter.Tests.Deploy;

/// <summary>SendGridExporterDown over outages of all shapes: exporters answer, do not, and are no target, for any minutes.</summary>
public sealed class ExporterDownTests
{
    private const int Outages = 60;
    private const int Minutes = 60;

    /// <summary>The <c>for</c> of the alert: evaluations, the first one counted.</summary>
    private const int Held = 6;

    private const string Firing = "ALERTS{alertname=\"SendGridExporterDown\", alertstate=\"firing\"}";

    private enum Target
    {
        Answers,
        IsSilent,
        IsGone,
    }

    private enum Outage
    {
        None,
        Some,
        All,
    }

    public static TheoryData<string> Engines => [EngineKind.Prometheus2.Name, EngineKind.Prometheus3.Name];

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task An_outage_is_told_from_the_fifth_minute_of_one_kind_to_its_end_without_a_gap(string engine)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, Tests(), TestContext.Current.CancellationToken);
            await Tool.From(EngineKind.Named(engine), "promtool").AssertSucceedsAsync("test", "rules", file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Tests()
    {
        var text = new StringBuilder();
        Line($"rule_files: ['{Repository.PathTo("deploy/prometheus/rules/freshness.yml")}']");
        Line($"evaluation_interval: 1m");
        Line($"tests:");
        for (var seed = 0; seed < Outages; seed++)
        {
            var dice = new Random(seed);
            Target[][] targets = [.. Enumerable.Range(0, dice.Next(1, 4)).Select(_ => Course(dice))];
            Line($"  - name: outage {seed}");
            Line($"    interval: 1m");
            Line($"    input_series:");
            foreach (var (instance, course) in targets.Index())
            {
                Line($"      - series: 'up{{job=\"sendgrid-exporter\", instance=\"{instance}\"}}'");
                Line($"        values: {string.Join(' ', course.Select(Sample))}");
            }

            Line($"    promql_expr_test:");
            Outage[] outages = [.. Enumerable.Range(0, Minutes).Select(minute => At([.. targets.Select(course => course[minute])]))];
            foreach (var (minute, told) in Told(outages).Index())
            {
                Ask(minute, $"group({Firing.Replace("}", ", exporters=\"some\"}", StringComparison.Ordinal)})", told.Some ? "{}" : null);
                Ask(minute, $"group({Firing.Replace("}", ", exporters=\"all\"}", StringComparison.Ordinal)})", told.All ? "{}" : null);
            }

            // Of two alerts the one takes over from the other in one evaluation.
            Ask(Minutes - 1, $"count_over_time((count({Firing}) > 1 and count({Firing} offset 1m) > 1)[{Minutes}m:1m])", labels: null);
        }

        return text.ToString();

        void Ask(int minute, string expression, string? labels)
        {
            Line($"      - expr: '{expression}'");
            Line($"        eval_time: {minute}m");
            Line($"        exp_samples: [{(labels is null ? "" : $"{{labels: '{labels}', value: 1}}")}]");
        }

        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Plays the rule: which of the two alerts fires in each minute.</summary>
    private static List<(bool Some, bool All)> Told(Outage[] outages)
    {
        var (told, some, all, longestAll) = (new List<(bool Some, bool All)>(), 0, 0, 0);
        foreach (var (minute, kind) in outages.Index())
        {
            // "some" continues while all are out, until "all" fires. "all" continues once it fires, until "some" does.
            var (isSome, isAll) = (
                kind == Outage.Some || (kind == Outage.All && some > 0 && all < Held),
                kind == Outage.All || (kind == Outage.Some && all >= Held && some < Held)
            );
            (some, all) = (isSome ? some + 1 : 0, isAll ? all + 1 : 0);
            told.Add((some >= Held, all >= Held));

            // What is wanted of it, whatever the rule does.
            longestAll = kind == Outage.None ? 0 : Math.Max(longestAll, Run(minute, Outage.All));
            Assert.True(kind != Outage.None || !IsTold(minute), "an alert outlives its outage");
            Assert.True(kind == Outage.None || minute == 0 || !IsTold(minute - 1) || IsTold(minute), "an alert ends within its outage");
            Assert.True(
                Run(minute, kind) < Held || kind == Outage.None || IsTold(minute),
                "nothing is told after five minutes of one kind"
            );
            Assert.True(!told[minute].All || longestAll >= Held, "all are told to be out, and were not for five minutes");
        }

        return told;

        bool IsTold(int minute) => told[minute].Some || told[minute].All;

        int Run(int minute, Outage kind) => outages.Take(minute + 1).Reverse().TakeWhile(outage => outage == kind).Count();
    }

    /// <summary>What a target does in each minute; mostly for less than the <c>for</c> of the alert, or just as long.</summary>
    private static Target[] Course(Random dice)
    {
        var course = new List<Target>();
        while (course.Count < Minutes)
        {
            var next = dice.Next(10) switch
            {
                < 4 => Target.Answers,
                < 9 => Target.IsSilent,
                _ => Target.IsGone,
            };
            course.AddRange(Enumerable.Repeat(next, dice.Next(1, dice.Next(2) == 0 ? 5 : 14)));
        }

        return [.. course.Take(Minutes)];
    }

    private static Outage At(Target[] targets) =>
        (targets.Contains(Target.Answers), targets.Contains(Target.IsSilent)) switch
        {
            (true, false) => Outage.None,
            (true, true) => Outage.Some,
            _ => Outage.All,
        };

    private static string Sample(Target target) =>
        target switch
        {
            Target.Answers => "1",
            Target.IsSilent => "0",
            _ => "stale",
        };
}
