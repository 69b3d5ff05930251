using System.Text.RegularExpressions;
using Exporter.EndToEnd.Fixtures;
using Simulator;

namespace Exporter.EndToEnd;

/// <summary>The shipped rules over a past that was recorded, in a real Prometheus.</summary>
public sealed partial class BackfilledRulesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Behind_a_backfill_the_rules_find_a_stopped_automation_as_soon_as_a_day_was_scraped()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(
            WorldOptions.Sized(automations: 3, steps: 1, linksPerStep: 2) with
            {
                History = TimeSpan.FromDays(42),
                Events = accounts =>
                    [
                        new DeliveriesChanged(
                            TimeProvider.System.GetUtcNow().AddDays(-1.5),
                            accounts[0].Automations[0].Id,
                            StepId: null,
                            Factor: 0
                        ),
                    ],
            }
        );
        var arguments = Configured.ByFile(_directory, sendGrid);
        await using var exporter = await ExporterProcess.StartAsync(_directory, arguments);
        var now = sendGrid.Clock.Now;
        var until = DateOnly.FromDateTime(now.UtcDateTime.AddDays(-2));
        await Past.BackfillAsync(_directory, exporter, [.. arguments, $"--to={until:yyyy-MM-dd}"]);

        // A day cannot be waited for, so what is scraped behind the past is written as it would have been.
        var begin = new DateTimeOffset(until.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        await ScrapedAsync(
            exporter,
            Enumerable
                .Range(0, (int)((now - begin) / TimeSpan.FromMinutes(5)) + 1)
                .Select(number => begin.AddMinutes(5 * number))
                .SelectMany(at =>
                    new Truth(sendGrid.World, at, WithAccounts: true, WithNames: true)
                        .StepStatistics()
                        .Select(sample => (Sample: sample, At: at))
                )
        );
        await RecordAsync(exporter, "sendgrid.yml");

        await using var prometheus = await StartWithShippedRulesAsync(exporter);
        await Eventually.GetAsync(
            async () =>
                string.Join(
                    ", ",
                    (await prometheus.QueryAsync("ALERTS{alertstate=\"firing\",alertname=~\"SendGrid.*(Stalled|Low|Stopped)\"}"))
                        .Select(alert => $"{alert["alertname"]} of {alert.Labels.GetValueOrDefault("automation")}")
                        .Distinct()
                        .Order(StringComparer.Ordinal)
                ),
            firing => firing == "SendGridAutomationStalled of automation-1, SendGridStepDeliveriesStalled of automation-1"
        );
    }

    /// <summary>
    /// A month of the saved state cannot be waited for, so the past is written as <c>backfill --source=store</c> writes it.
    /// </summary>
    [Fact]
    public async Task After_a_backfill_of_the_saved_history_the_rules_find_a_dead_link_on_the_first_day()
    {
        var now = TimeProvider.System.GetUtcNow();
        await using var sendGrid = await StillSendGrid.StartAsync(
            WorldOptions.Sized(automations: 2, steps: 1, linksPerStep: 4) with
            {
                History = TimeSpan.FromDays(42),
                Events = accounts =>
                    [new LinkRateChanged(now.AddDays(-1.5), accounts[0].Automations[0].Id, StepId: null, Location: 2, Factor: 0)],
            }
        );
        await using var exporter = await ExporterProcess.StartAsync(_directory, Configured.ByFile(_directory, sendGrid));

        // Polled each quarter of an hour, scraped each five minutes.
        var polls = Enumerable.Range(0, 31 * 96).Select(number => sendGrid.Clock.Now.AddDays(-31).AddMinutes(15 * number));
        await ScrapedAsync(
            exporter,
            polls.SelectMany(at =>
                new Truth(sendGrid.World, at, WithAccounts: true, WithNames: true)
                    .LinkClicks()
                    .SelectMany(sample => Enumerable.Range(0, 3).Select(scrape => (Sample: sample, At: at.AddMinutes(5 * scrape))))
            )
        );
        await RecordAsync(exporter, "store.yml");

        await using var prometheus = await StartWithShippedRulesAsync(exporter);
        await Eventually.GetAsync(
            async () =>
                string.Join(
                    ", ",
                    (await prometheus.QueryAsync("ALERTS{alertstate=\"firing\",alertname=~\"SendGridLink.*\"}"))
                        .Select(alert => $"{alert["alertname"]} of {alert["automation"]} {alert["url_location"]}")
                        .Order(StringComparer.Ordinal)
                ),
            firing =>
                firing.Contains("SendGridLinkClicksStopped of automation-1 2", StringComparison.Ordinal)
                && !firing.Contains("automation-2", StringComparison.Ordinal)
        );
    }

    /// <summary>Brings samples into the Prometheus that is to be started, as if it had scraped them.</summary>
    private async Task ScrapedAsync(ExporterProcess exporter, IEnumerable<(Sample Sample, DateTimeOffset At)> samples)
    {
        var families = samples.GroupBy(each => each.Sample.Name, StringComparer.Ordinal);
        var lines = families.SelectMany(family =>
            family
                .GroupBy(
                    each => string.Join(',', each.Sample.Labels.Select(label => $"{label.Key}=\"{label.Value}\"")),
                    StringComparer.Ordinal
                )
                .SelectMany(series =>
                    series.Select(each =>
                        $"{family.Key}{{{series.Key},job=\"sendgrid-exporter\",instance=\"{exporter.Address.Authority}\"}} "
                        + $"{each.Sample.Value} {each.At.ToUnixTimeSeconds()}"
                    )
                )
                .Prepend($"# TYPE {family.Key} gauge")
        );
        var file = _directory.Write("scraped.om", string.Join('\n', [.. lines, "# EOF\n"]));
        await Past.CreateBlocksAsync(_directory, "openmetrics", file, PrometheusServer.DataIn(_directory));
    }

    /// <summary>What the guide beside the rules of the past says to do, but up to the present: this Prometheus is new.</summary>
    private async Task RecordAsync(ExporterProcess exporter, string rules)
    {
        var now = TimeProvider.System.GetUtcNow();
        await using var prometheus = await PrometheusServer.StartAsync(_directory, exporter.Address);
        await Past.CreateBlocksAsync(
            _directory,
            "rules",
            $"--url={prometheus.Address}",
            $"--start={now.AddDays(-30).ToUnixTimeSeconds()}",
            $"--end={now.ToUnixTimeSeconds()}",
            "--eval-interval=5m",
            $"--output-dir={PrometheusServer.DataIn(_directory)}",
            Repository.PathTo($"deploy/prometheus/backfill/{rules}")
        );
    }

    /// <summary>
    /// The rules as they are, but for how often they are looked at and how long an alert waits: a test cannot wait for ten minutes. They
    /// are loaded when the scrapes have begun, first those that tell what is fresh: a tenth of the evaluations without it mutes the others.
    /// </summary>
    private async Task<PrometheusServer> StartWithShippedRulesAsync(ExporterProcess exporter)
    {
        var prometheus = await PrometheusServer.StartAsync(_directory, exporter.Address, rules: $"{_directory.Path}/rules-*.yml");
        await LoadAsync("freshness");
        await Eventually.TrueAsync(async () => (await prometheus.QueryAsync("sendgrid:automation:fresh")).Count > 0);
        await LoadAsync("*");
        return prometheus;

        async Task LoadAsync(string rules)
        {
            foreach (var file in Directory.GetFiles(Repository.PathTo("deploy/prometheus/rules"), $"{rules}.yml"))
            {
                _directory.Write(
                    $"rules-{Path.GetFileName(file)}",
                    Interval().Replace(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), "${key}: 1s")
                );
            }

            prometheus.Reload();
        }
    }

    [GeneratedRegex(
        @"\b(?<key>interval|for): \d+[smh]$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000
    )]
    private static partial Regex Interval();
}
