using System.Globalization;
using System.Text;
using Exporter.Engines;

namespace Exporter.Tests.Deploy;

/// <summary>SendGridAccountNotRead, by which Alertmanager mutes, in all cases of two exporters with one campaign each.</summary>
public sealed class AccountNotReadTests
{
    private const int Minute = 25;

    /// <summary>What one exporter reports about its campaign.</summary>
    private enum Course
    {
        IsFresh,

        /// <summary>It succeeded, but long ago: attempts wait.</summary>
        IsOld,
        IsRefused,
        FailsOtherwise,

        /// <summary>Answered like one without clicks, but the account has none of that id.</summary>
        IsUnlisted,
        IsNotPolled,
    }

    private sealed record Seen(string Instance, bool IsKeyRefused, Course Course, string Campaign)
    {
        public bool Succeeds => Course is Course.IsFresh or Course.IsOld or Course.IsUnlisted;
    }

    private sealed record Case(string Account, string Kind, bool Waits, Seen[] Exporters)
    {
        public bool IsRead =>
            Exporters.Any(seen => seen is { IsKeyRefused: false, Course: Course.IsFresh or Course.IsUnlisted } && Has(seen.Campaign));

        private bool IsCauseKnown =>
            Waits
            || Exporters.All(seen => seen.IsKeyRefused)
            || Exporters.Any(seen =>
                seen.Course == Course.IsRefused
                && Has(seen.Campaign)
                && !Exporters.Any(other => other.Campaign == seen.Campaign && other.Succeeds)
            );

        public bool IsMuted => IsCauseKnown && !IsRead;

        /// <summary>Unless no exporter's list has it.</summary>
        private bool Has(string campaign) =>
            Exporters.Any(seen => seen.Campaign == campaign && seen.Course is not (Course.IsUnlisted or Course.IsNotPolled));
    }

    public static TheoryData<string> Engines => [EngineKind.Prometheus2.Name, EngineKind.Prometheus3.Name];

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task What_is_old_in_an_account_is_muted_only_where_nothing_of_it_is_read_by_any_exporter(string engine)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, Tests([.. Cases()]), TestContext.Current.CancellationToken);
            await Tool.From(EngineKind.Named(engine), "promtool").AssertSucceedsAsync("test", "rules", file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static IEnumerable<Case> Cases() =>
        from kind in (string[])["automation", "singlesend"]
        from waits in (bool[])[false, true]
        from isSpare in (bool[])[false, true]
        from isFirstRefused in (bool[])[false, true]
        from isSecondRefused in (bool[])[false, true]
        from first in Enum.GetValues<Course>()
        from second in Enum.GetValues<Course>()
        let account = $"{kind} {(waits ? "waits" : "")} {(isSpare ? "spare" : "")} {isFirstRefused} {first}, {isSecondRefused} {second}"
        select new Case(
            account,
            kind,
            waits,
            [new Seen("a", isFirstRefused, first, "welcome"), new Seen("b", isSecondRefused, second, isSpare ? "welcome" : "cart")]
        );

    private static string Tests(IReadOnlyList<Case> cases)
    {
        var text = new StringBuilder();
        Line($"rule_files: ['{Repository.PathTo("deploy/prometheus/rules/exporter.yml")}']");
        Line($"evaluation_interval: 1m");
        Line($"group_eval_order: [sendgrid-read, sendgrid-refused, sendgrid-exporter]");
        Line($"tests:");

        // So many that promtool takes them: it lets no query look at more than ten thousand samples.
        foreach (var some in cases.Chunk(36))
        {
            Test(some);
        }

        return text.ToString();

        void Test(IReadOnlyList<Case> cases)
        {
            Line($"  - interval: 1m");
            Line($"    input_series:");
            foreach (var each in cases)
            {
                foreach (var seen in each.Exporters)
                {
                    var target = $"instance=\"{seen.Instance}\", account=\"{each.Account}\"";
                    Series($"sendgrid_up{{{target}}}", seen.IsKeyRefused ? "0x40" : "1x40");
                    if (seen.Course != Course.IsNotPolled)
                    {
                        Campaign(seen, $"sendgrid_{each.Kind}", $"{target}, {each.Kind}=\"{seen.Campaign}\"");
                    }
                }

                if (each.Waits)
                {
                    Series($"sendgrid_api_budget_utilization_ratio{{instance=\"a\", account=\"{each.Account}\"}}", "1.1x40");
                    Series($"sendgrid_api_throttle_wait_seconds_total{{instance=\"a\", account=\"{each.Account}\"}}", "0+30x40");
                }
            }

            Line($"    promql_expr_test:");
            Ask("group by (account) (sendgrid:account:read)", cases.Where(each => each.IsRead));
            Ask(
                "group by (account) (ALERTS{alertname=\"SendGridAccountNotRead\", alertstate=\"firing\"})",
                cases.Where(each => each.IsMuted)
            );
        }

        void Campaign(Seen seen, string metric, string labels)
        {
            Series($"{metric}_poll_interval_seconds{{{labels}}}", "300x40");
            Series($"{metric}_up{{{labels}}}", seen.Succeeds ? "1x40" : "1x9 0x30");
            Series(
                $"{metric}_last_success_timestamp_seconds{{{labels}}}",
                seen.Course is Course.IsFresh or Course.IsUnlisted ? "1+60x40" : "1x40"
            );
            Series($"{metric}_listed{{{labels}}}", seen.Course == Course.IsUnlisted ? "0x40" : "1x40");
            Series(
                $"{metric}_poll_failures_total{{{labels}, reason=\"forbidden\"}}",
                seen.Course == Course.IsRefused ? "0x9 1+1x30" : "0x40"
            );
        }

        void Ask(string expression, IEnumerable<Case> expected)
        {
            Line($"      - expr: '{expression}'");
            Line($"        eval_time: {Minute}m");
            Line($"        exp_samples:");
            foreach (var each in expected)
            {
                Line($"          - {{labels: '{{account=\"{each.Account}\"}}', value: 1}}");
            }
        }

        void Series(string name, string values) => Line($"      - {{series: '{name}', values: {values}}}");

        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
    }
}
