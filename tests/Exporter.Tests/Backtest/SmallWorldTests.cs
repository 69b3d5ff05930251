using System.ComponentModel;
using Exporter.Backtest;
using Simulator;

namespace Exporter.Tests.Backtest;

/// <summary>
/// The backtest in small: the shipped rules, a real Prometheus, forty days, seven links. BACKTEST.md reports the large one.
/// </summary>
public sealed class SmallWorldTests
{
    [Fact]
    public async Task The_shipped_rules_find_dead_links_in_a_rough_world_and_say_nothing_of_those_that_work()
    {
        var trial = new Trial(seed: 54, days: 40, automations: 1, disturbances: Disturbances.None);
        Assert.Equal(2, trial.Script.Faults.Count(fault => fault.Kind is FaultKind.LinkDead));
        var directory = Directory.CreateTempSubdirectory("backtest-");
        try
        {
            // Four weeks and a day make the references; the first fault comes on day 31.
            var alarms = await Evaluation.RunAsync(
                trial,
                RuleSet.Read(Engine.RulesDirectory),
                directory.FullName,
                TestContext.Current.CancellationToken,
                since: Trial.Start.AddDays(23.5)
            );
            var tally = Tally.Of(trial, alarms);

            Assert.Empty(tally.FalseAlarms);
            Assert.All(tally.Findings.Where(finding => finding.Kind is FaultKind.LinkDead), finding => Assert.NotNull(finding.Delay));
            Assert.Contains(tally.Findings, finding => finding is { Kind: FaultKind.LinkDead, ClicksPerHour: > 5, Delay.TotalHours: < 12 });
        }
        catch (Win32Exception)
        {
            Assert.Skip("prometheus or promtool is not installed (Debian: apt-get install prometheus)");
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
