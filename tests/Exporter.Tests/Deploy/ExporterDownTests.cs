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
    public async Task An_outage_is_told_at_every_moment_from_its_fifth_minute_to_its_end_and_at_no_other(string engine)
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
            for (var minute = 0; minute < Minutes; minute++)
            {
                var last = outages[Math.Max(0, minute - Held + 1)..(minute + 1)];
                var isTold = last.Length == Held && last.All(outage => outage != Outage.None);
                Ask(minute, $"group({Firing})", isTold ? "{}" : null);

                // Once it has been one kind for longer than that, it is told as that one alone.
                var kind = outages[minute];
                if (isTold && minute >= Held && outages[(minute - Held)..(minute + 1)].All(outage => outage == kind))
                {
                    Ask(minute, $"group by (exporters) ({Firing})", $"{{exporters=\"{(kind == Outage.All ? "all" : "some")}\"}}");
                }
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
