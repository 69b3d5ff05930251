using System.Text.RegularExpressions;
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

    public static TheoryData<string> RuleTestFiles => [.. RepositoryFiles.RuleTests];

    public static TheoryData<string> AlertNames => [.. Alerts.Select(alert => alert.Text("alert")!)];

    [Fact]
    public async Task Prometheus_accepts_its_configuration_and_the_rules() =>
        await Tool.Promtool.AssertSucceedsAsync("check", "config", Repository.PathTo("deploy/prometheus/prometheus.yml"));

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
    [MemberData(nameof(RuleTestFiles))]
    public async Task Rules_pass_their_tests(string file) => await Tool.Promtool.AssertSucceedsAsync("test", "rules", Repository.PathTo(file));

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
            expression => Assert.DoesNotContain(':', expression));

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
    public async Task What_is_only_worth_knowing_goes_to_marketing(string receiver, string alert, string severity) => Assert.Equal(
        receiver,
        (await Tool.Amtool.OutputAsync("config", "routes", "test", $"--config.file={Repository.PathTo("deploy/alertmanager/alertmanager.yml")}", $"alertname={alert}", $"severity={severity}")).Trim());

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
            RepositoryFiles.Read(Runbook).Split('\n').Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(AlertNames))]
    public void An_alert_has_a_test_in_which_it_fires_and_one_in_which_it_stays_silent(string name)
    {
        var expectations = (from file in RepositoryFiles.RuleTests
                            from test in RepositoryFiles.ReadYaml(file).Items("tests")
                            from expectation in test.Items("alert_rule_test")
                            where expectation.Text("alertname") == name
                            select expectation.Items("exp_alerts").Any()).ToList();

        Assert.Contains(true, expectations);
        Assert.Contains(false, expectations);
    }

    [Fact]
    public void The_matrix_asks_of_every_alert_for_which_cases_it_fires() => Assert.Equal(
        AlertNames.Select(name => name.Data).Order(StringComparer.Ordinal),
        from test in RepositoryFiles.ReadYaml("deploy/prometheus/tests/matrix.yml").Items("tests")
        from question in test.Items("promql_expr_test")
        let name = Regex.Match(question.Text("expr")!, "alertname=\"(?<name>[^\"]+)\"", RegexOptions.None, TimeSpan.FromSeconds(1)).Groups["name"].Value
        orderby name
        select name);

    [Fact]
    public void Every_rule_test_has_a_sentence() =>
        Assert.All(
            RepositoryFiles.RuleTests.SelectMany(file => RepositoryFiles.ReadYaml(file).Items("tests")),
            test => Assert.Contains(' ', test.Text("name")!));
}
