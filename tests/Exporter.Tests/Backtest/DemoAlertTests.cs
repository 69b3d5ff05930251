using System.ComponentModel;
using Exporter.Backfill;
using Exporter.Backtest;
using Exporter.Configuration;
using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.SendGrid.Keys;
using Simulator;

namespace Exporter.Tests.Backtest;

/// <summary>
/// The demo with its six weeks imported, as the compose stack runs it: its broken link raises its alert by itself within the hour.
/// </summary>
public sealed class DemoAlertTests
{
    /// <summary>A Sunday night: the hours in which least is clicked.</summary>
    private static readonly DateTimeOffset Started = new(2026, 3, 1, 3, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task The_demos_broken_link_is_told_within_the_hour_and_no_other_is()
    {
        var world = World.Create(WorldOptions.Demo() with { Start = Started.AddDays(-42) }, Started);
        var broken = world.BrokenLink!;
        var options = new ExporterOptions
        {
            Poll = new PollOptions(),
            Accounts = [new AccountOptions { Api = new ApiOptions { ApiKey = ApiKey.FromValue(world.Accounts[0].ApiKey) } }],
        };
        var (from, until) = (Started.AddDays(-32), Started.AddHours(1));
        var directory = Directory.CreateTempSubdirectory("demo-alert-");
        try
        {
            await using var engine = new Engine(directory.FullName, from, until);
            var file = Path.Combine(directory.FullName, "samples.om");
            await using (var writer = File.CreateText(file))
            {
                BackfillWriter.Write(
                    writer,
                    new DemoBackfillSource(world, options).Between(
                        from,
                        until,
                        new AutomationFilter([broken.AutomationId]),
                        new BackfillGaps()
                    ),
                    []
                );
            }

            await engine.ImportAsync(file, TestContext.Current.CancellationToken);

            // Half an hour is evidence enough for a busy link: the longer windows are left out, they would cost most of the time.
            var rules = RuleSet.Read(Engine.RulesDirectory).Where(rule => rule.Labels.GetValueOrDefault("window", "30m") == "30m").ToList();
            await Evaluation.RecordAsync(
                engine,
                rules,
                RuleSet.Levels(rules, ["SendGridLinkClicksStopped"]),
                Started.AddHours(-1),
                TestContext.Current.CancellationToken
            );

            var alert = rules.Single(rule => rule.Name == "SendGridLinkClicksStopped");
            var alarm = Assert.Single(Alarm.Read(await engine.QueryAsync(alert, TestContext.Current.CancellationToken), alert));
            Assert.Equal((broken.Automation, broken.StepId, $"{broken.Location}"), (alarm.Automation, alarm.Step, alarm.Location));
            Assert.InRange(alarm.From, broken.At, broken.At + TimeSpan.FromMinutes(56));
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
