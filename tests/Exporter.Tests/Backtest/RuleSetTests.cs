using Exporter.Backtest;

namespace Exporter.Tests.Backtest;

public sealed class RuleSetTests
{
    [Fact]
    public void The_shipped_rules_are_read_with_their_intervals_and_labels()
    {
        var rules = RuleSet.Read(Engine.RulesDirectory);
        var week = rules.Single(rule => rule.Name == "sendgrid:link_clicks:increase" && rule.Labels["window"] == "7d");
        Assert.Equal(TimeSpan.FromMinutes(5), week.Interval);
        Assert.Equal(TimeSpan.FromHours(1), rules.First(rule => rule.Name == "sendgrid:link_clicks:reference").Interval);
        Assert.Equal(Trial.Step, rules.Single(rule => rule.Name == "sendgrid:automation:fresh").Interval);
        Assert.Equal(TimeSpan.FromHours(2), rules.Single(rule => rule.Name == "SendGridLinkClicksStopped").KeepFiring);
        Assert.Superset(
            Alarm.Judged.ToHashSet(StringComparer.Ordinal),
            rules.Where(rule => rule.IsAlert).Select(rule => rule.Name).ToHashSet(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void A_rule_comes_after_everything_it_is_made_of()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var rules = RuleSet.Read(Engine.RulesDirectory);
        var recorded = rules.Where(rule => !rule.IsAlert).Select(rule => rule.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var level in RuleSet.Levels(rules, Alarm.Judged))
        {
            Assert.All(level, rule => Assert.All(recorded.Where(name => Uses(rule, name)), name => Assert.Contains(name, seen)));
            seen.UnionWith(level.Select(rule => rule.Name));
        }

        Assert.Contains("sendgrid:link_clicks:stopped", seen);
    }

    [Fact]
    public void Rules_in_a_circle_are_refused()
    {
        Rule[] rules = [Recording("sendgrid:a", "sendgrid:b"), Recording("sendgrid:b", "sendgrid:a"), Alert("A", "sendgrid:a > 1")];
        Assert.Throws<InvalidOperationException>(() => RuleSet.Levels(rules, ["A"]));
    }

    [Fact]
    public void What_no_alert_needs_is_left_out()
    {
        Rule[] rules = [Recording("sendgrid:a", "up"), Recording("sendgrid:b", "up"), Alert("A", "sendgrid:a > 1")];
        Assert.Equal(["sendgrid:a"], RuleSet.Levels(rules, ["A"]).SelectMany(level => level).Select(rule => rule.Name));
    }

    private static bool Uses(Rule rule, string name) =>
        System.Text.RegularExpressions.Regex.IsMatch(
            rule.Expression,
            name + "(?![a-z0-9_:])",
            System.Text.RegularExpressions.RegexOptions.None,
            TimeSpan.FromSeconds(1)
        );

    private static Rule Recording(string name, string expression) =>
        new(
            name,
            IsAlert: false,
            expression,
            new Dictionary<string, string>(StringComparer.Ordinal),
            TimeSpan.FromMinutes(5),
            TimeSpan.Zero,
            TimeSpan.Zero
        );

    private static Rule Alert(string name, string expression) => Recording(name, expression) with { IsAlert = true };
}
