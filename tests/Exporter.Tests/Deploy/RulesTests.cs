using System.Globalization;
using System.Text.RegularExpressions;
using Exporter.Engines;
using YamlDotNet.RepresentationModel;

namespace Exporter.Tests.Deploy;

public sealed class RulesTests
{
    private const string Runbook = "deploy/prometheus/RUNBOOK.md";

    private static readonly IReadOnlyList<YamlNode> Alerts =
    [
        .. from file in RepositoryFiles.Rules
        from rules in RepositoryFiles.ReadYaml(file).Items("groups")
        from rule in rules.Items("rules")
        where rule.Text("alert") is not null
        select rule,
    ];

    /// <summary>The big one. It costs as much as all others together twice.</summary>
    private const string Matrix = "deploy/prometheus/tests/matrix.yml";

    /// <summary>The first release that the README promises, and the one that compose starts.</summary>
    public static TheoryData<string> Engines => [EngineKind.Prometheus2.Name, EngineKind.Prometheus3.Name];

    /// <summary>
    /// All on Prometheus 3. On 2 all but the matrix: the two differ in whether the left end of a range counts, and where that could matter
    /// is not left to the matrix to find: <see cref="No_range_of_a_click_rule_ends_where_a_sample_lies"/>.
    /// </summary>
    public static TheoryData<string, string> RuleTestRuns =>
        [
            .. from file in RepositoryFiles.RuleTests
            from engine in (EngineKind[])[EngineKind.Prometheus3, EngineKind.Prometheus2]
            where file != Matrix || engine == EngineKind.Prometheus3
            select (engine.Name, file),
        ];

    private const string RangeOfRecorded = @"(?<function>[a-z_]+)\(sendgrid:[a-z0-9_:]+(\{[^}]*\})?\[(?<range>\d+[mhdw])\]";

    public static TheoryData<string> AlertNames => [.. Alerts.Select(alert => alert.Text("alert")!)];

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Prometheus_accepts_its_configuration_and_the_rules(string engine) =>
        await Promtool(engine).AssertSucceedsAsync("check", "config", Repository.PathTo("deploy/prometheus/prometheus.yml"));

    [Fact]
    public async Task Prometheus_accepts_the_example_that_tells_exporters_apart()
    {
        var document = RepositoryFiles.Read("deploy/prometheus/rules/README.md");
        var example = document.Split("```yaml\n", 2)[1].Split("```", 2)[0];
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, example, TestContext.Current.CancellationToken);
            await Tool.Promtool.AssertSucceedsAsync("check", "config", file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [MemberData(nameof(RuleTestRuns))]
    public async Task Rules_pass_their_tests(string engine, string file) =>
        await Promtool(engine).AssertSucceedsAsync("test", "rules", Repository.PathTo(file));

    /// <summary>
    /// A recorded series has a sample in every interval of its group, so a range that is a multiple of that begins at one, which counts in
    /// Prometheus 2 and not in 3. A function that looks at the last sample alone sees it only after a hole of just that length.
    /// </summary>
    [Fact]
    public void No_range_of_a_click_rule_ends_where_a_sample_lies()
    {
        var limit = TimeSpan.FromSeconds(1);
        var ranges = (
            from file in RepositoryFiles.Rules.Concat(RepositoryFiles.BackfillRules)
            from rules in RepositoryFiles.ReadYaml(file).Items("groups")
            from rule in rules.Items("rules")
            from Match range in Regex.Matches(rule.Text("expr")!, RangeOfRecorded, RegexOptions.ExplicitCapture, limit)
            where range.Groups["function"].Value is not "last_over_time"
            select (file, range.Value, Minutes: Minutes(range.Groups["range"].Value))
        ).ToList();

        Assert.NotEmpty(ranges);
        Assert.All(ranges, range => Assert.True(range.Minutes % 5 != 0, $"{range.file}: {range.Value}"));

        static int Minutes(string text) =>
            int.Parse(text[..^1], CultureInfo.InvariantCulture)
            * text[^1] switch
            {
                'm' => 1,
                'h' => 60,
                'd' => 1440,
                _ => 10080,
            };
    }

    /// <summary>What another rule of the same file records is not there yet when promtool evaluates it.</summary>
    [Fact]
    public void The_past_is_recorded_under_names_of_the_rules_and_made_of_exported_series_alone()
    {
        var recorded = Recorded(RepositoryFiles.Rules);

        Assert.Subset(recorded, Recorded(RepositoryFiles.BackfillRules));
        Assert.All(
            from file in RepositoryFiles.BackfillRules
            from rules in RepositoryFiles.ReadYaml(file).Items("groups")
            from rule in rules.Items("rules")
            select rule.Text("expr"),
            expression => Assert.DoesNotContain(':', expression)
        );

        static HashSet<string> Recorded(IEnumerable<string> files) =>
            [
                .. from file in files
                from rules in RepositoryFiles.ReadYaml(file).Items("groups")
                from rule in rules.Items("rules")
                where rule.Text("record") is not null
                select $"{rule.Text("record")} {rule.Get("labels")?.Text("window")}",
            ];
    }

    [Fact]
    public async Task Alertmanager_accepts_its_configuration() =>
        await Tool.Amtool.AssertSucceedsAsync("check-config", Repository.PathTo("deploy/alertmanager/alertmanager.yml"));

    [Theory]
    [InlineData("marketing", "SendGridLinkVanished", "info")]
    [InlineData("on-call", "SendGridLinkClicksStopped", "critical")]
    [InlineData("on-call", "SomethingElse", "info")]
    [InlineData("nobody", "SendGridAccountNotRead", "info")]
    public async Task What_is_only_worth_knowing_goes_to_marketing(string receiver, string alert, string severity) =>
        Assert.Equal(
            receiver,
            (
                await Tool.Amtool.OutputAsync(
                    "config",
                    "routes",
                    "test",
                    $"--config.file={Repository.PathTo("deploy/alertmanager/alertmanager.yml")}",
                    $"alertname={alert}",
                    $"severity={severity}"
                )
            ).Trim()
        );

    [Theory]
    [MemberData(nameof(AlertNames))]
    public void An_alert_says_how_bad_it_is_and_what_to_do(string name)
    {
        var alert = Alerts.Single(alert => alert.Text("alert") == name);

        Assert.StartsWith("SendGrid", name, StringComparison.Ordinal);
        Assert.Contains(alert.Get("labels")!.Text("severity"), (string[])["critical", "warning", "info"], StringComparer.Ordinal);
        Assert.NotEmpty(alert.Get("annotations")!.Text("summary")!);
        Assert.NotEmpty(alert.Get("annotations")!.Text("description")!);
        Assert.Equal($"RUNBOOK.md#{name.ToLowerInvariant()}", alert.Get("annotations")!.Text("runbook_url"));
    }

    [Fact]
    public void The_runbook_has_a_heading_for_every_alert_and_no_other() =>
        Assert.Equal(
            Alerts.Select(alert => $"## {alert.Text("alert")}").Order(StringComparer.Ordinal),
            RepositoryFiles
                .Read(Runbook)
                .Split('\n')
                .Where(line => line.StartsWith("## ", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
            StringComparer.Ordinal
        );

    [Theory]
    [MemberData(nameof(AlertNames))]
    public void An_alert_has_a_test_in_which_it_fires_and_one_in_which_it_stays_silent(string name)
    {
        var expectations = (
            from file in RepositoryFiles.RuleTests
            from test in RepositoryFiles.ReadYaml(file).Items("tests")
            from expectation in test.Items("alert_rule_test")
            where expectation.Text("alertname") == name
            select expectation.Items("exp_alerts").Any()
        ).ToList();

        Assert.Contains(true, expectations);
        Assert.Contains(false, expectations);
    }

    [Fact]
    public void The_matrix_asks_of_every_alert_for_which_cases_it_fires() =>
        Assert.Equal(
            AlertNames.Select(name => name.Data).Order(StringComparer.Ordinal),
            from test in RepositoryFiles.ReadYaml(Matrix).Items("tests")
            from question in test.Items("promql_expr_test")
            let name = Regex
                .Match(question.Text("expr")!, "alertname=\"(?<name>[^\"]+)\"", RegexOptions.None, TimeSpan.FromSeconds(1))
                .Groups["name"]
                .Value
            orderby name
            select name
        );

    [Fact]
    public void Every_rule_test_has_a_sentence() =>
        Assert.All(
            RepositoryFiles.RuleTests.SelectMany(file => RepositoryFiles.ReadYaml(file).Items("tests")),
            test => Assert.Contains(' ', test.Text("name")!)
        );

    private static Tool Promtool(string engine) => Tool.From(EngineKind.Named(engine), "promtool");
}
