using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using CsCheck;
using Exporter.Exposition.Families;
using Exporter.Exposition.Text;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Tests.Snapshots;

namespace Exporter.Tests.Exposition;

public sealed class PlainPageTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, 500, TimeSpan.Zero);
    private static readonly BuildInfo Build = new("1.2.3", "abc", "10.0.0");

    [Fact]
    public void A_snapshot_is_rendered_as_in_the_golden_file()
    {
        var golden = Repository.PathTo("tests/Exporter.Tests/Exposition/golden.txt");

        var text = Render(Everything(), Noon.AddMinutes(1));

        // UPDATE_GOLDEN=1 writes what is rendered now, to be read as a diff.
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(golden, text);
        }

        _ = PrometheusText.Parse(text);
        Assert.Equal(File.ReadAllText(golden), text);
    }

    [Fact]
    public void Before_the_first_complete_walk_there_are_health_series_only()
    {
        var text = Render(new Snapshot { Accounts = [new AccountSnapshot { Campaigns = [Some.Automation("a", "id-of-a")] }] }, Noon);

        var names = PrometheusText.Parse(text).Series.Keys.Select(key => key.Split('{')[0]).Distinct().ToList();
        Assert.Equal(
            [
                "sendgrid_automation_info",
                "sendgrid_automation_last_success_timestamp_seconds",
                "sendgrid_automation_polls_total",
                "sendgrid_automation_poll_failures_total",
                "sendgrid_automation_poll_interval_seconds",
                "sendgrid_exporter_build_info",
                "sendgrid_exporter_series",
            ],
            names
        );
        Assert.Contains("sendgrid_automation_last_success_timestamp_seconds{automation=\"a\"} 0\n", text, StringComparison.Ordinal);
    }

    /// <summary>Alerts judge the age of values by the interval: what is not polled any more is neither late nor stale.</summary>
    [Fact]
    public void What_is_not_polled_any_more_has_no_interval()
    {
        var polled = Some.Automation("a", "id-of-a");
        foreach (var isDelisted in (bool[])[false, true])
        {
            var snapshot = new Snapshot { Accounts = [new AccountSnapshot { Campaigns = [polled with { IsDelisted = isDelisted }] }] };
            var series = PrometheusText.Parse(Render(snapshot, Noon)).Series.Keys;
            Assert.Equal(!isDelisted, series.Contains("sendgrid_automation_poll_interval_seconds{automation=\"a\"}"));
        }
    }

    [Fact]
    public void Values_older_than_max_age_go_and_the_health_stays()
    {
        var snapshot = Everything() with { MaxAge = TimeSpan.FromMinutes(10) };

        var fresh = PrometheusText.Parse(Render(snapshot, Noon.AddMinutes(10))).Series;
        var old = PrometheusText.Parse(Render(snapshot, Noon.AddMinutes(10).AddMilliseconds(1))).Series;

        Assert.Contains(fresh.Keys, key => key.StartsWith("sendgrid_automation_link_clicks", StringComparison.Ordinal));
        Assert.DoesNotContain(
            old.Keys,
            key => key.Contains("_link", StringComparison.Ordinal) || key.Contains("_step_requests", StringComparison.Ordinal)
        );
        Assert.Contains(old.Keys, key => key.StartsWith("sendgrid_automation_last_success", StringComparison.Ordinal));
        Assert.Contains(old.Keys, key => key.StartsWith("sendgrid_automation_up", StringComparison.Ordinal));
    }

    [Fact]
    public void A_vanished_link_is_absent_present_0_and_after_the_grace_time_nothing()
    {
        var table = LinkTable
            .Empty.ApplyWalk(
                [Some.Link("s", "0", 1), Some.Link("s", "1", 2)],
                new LinksOptions { MissingGrace = TimeSpan.FromMinutes(5) },
                Noon
            )
            .ApplyWalk([Some.Link("s", "0", 1)], new LinksOptions { MissingGrace = TimeSpan.FromMinutes(5) }, Noon);
        var snapshot = Some.Snapshot(
            Some.Automation("a", "id-of-a") with
            {
                Health = PollHealth.Untried.Succeeded(Noon, TimeSpan.Zero, 1),
                Data = new CampaignData { Links = table },
            }
        );

        var within = PrometheusText.Parse(Render(snapshot, Noon.AddMinutes(4))).Series;
        var later = PrometheusText.Parse(Render(snapshot, Noon.AddMinutes(5))).Series;

        const string Gone = "{automation=\"a\",step_id=\"s\",url_location=\"1\"}";
        Assert.False(within.ContainsKey("sendgrid_automation_link_clicks" + Gone));
        Assert.Equal("0", within["sendgrid_automation_link_present" + Gone]);
        Assert.False(later.ContainsKey("sendgrid_automation_link_present" + Gone));
        Assert.Equal("1", later["sendgrid_automation_link_present{automation=\"a\",step_id=\"s\",url_location=\"0\"}"]);
    }

    [Fact]
    public void Any_label_text_survives_the_format() =>
        Gen.Select(Gen.String, Gen.String)
            .Sample(
                (label, url) =>
                {
                    var links = LinkTable.Empty.ApplyWalk(
                        [Some.Link(label, "0", 7, url)],
                        new LinksOptions { Url = UrlDisplay.Full },
                        Noon
                    );
                    var snapshot = Some.Snapshot(
                        Some.Automation(label) with
                        {
                            Health = PollHealth.Untried.Succeeded(Noon, TimeSpan.Zero, 1),
                            Data = new CampaignData { Links = links },
                        }
                    );

                    var samples = PrometheusText.Parse(Render(snapshot, Noon)).Series;

                    Assert.Equal(
                        "7",
                        Assert
                            .Single(samples, sample => sample.Key.StartsWith("sendgrid_automation_link_clicks{", StringComparison.Ordinal))
                            .Value
                    );
                }
            );

    [Fact]
    public void Every_family_has_a_help_line_without_a_line_break_and_stands_once()
    {
        var families = Catalogue.All.ToList();

        Assert.Equal(families.Count, families.Select(family => family.Name).Distinct().Count());
        Assert.All(
            families,
            family =>
            {
                Assert.False(string.IsNullOrWhiteSpace(family.Help));
                Assert.DoesNotContain('\n', family.Help);
                Assert.DoesNotContain('\\', family.Help);
                Assert.DoesNotContain('"', family.Help);
                Assert.Equal(family.Type == MetricType.Counter, family.Name.EndsWith("_total", StringComparison.Ordinal));
            }
        );
    }

    private static Snapshot Everything()
    {
        var options = new LinksOptions { MaxPerCampaign = 3 };
        var table = LinkTable
            .Empty.ApplyWalk([Some.Link("step-1", "0", 40), Some.Link("step-1", "9", 4)], options, Noon.AddMinutes(-10))
            .ApplyWalk(
                [
                    Some.Link("step-1", "0", 41, "https://shop.example/{{first_name}}?u=1"),
                    Some.Link("step-1", "0", 1, "https://shop.example/old"),
                    Some.Link("step-1", "10", 7, "https://shop.example/\"quoted\"\\\n"),
                    Some.Link("step-1", "2", 9_007_199_254_740_991),
                    Some.Link("all", "unknown", 2),
                    Some.Link("all", "1", 3),
                ],
                options,
                Noon.AddMinutes(-5)
            );
        var good = Some.Automation("welcome-series", "id-of-welcome-series") with
        {
            StepNames = [("step-1", "day-1")],
            Health = PollHealth
                .Untried.Failed(Noon.AddMinutes(-20), TimeSpan.FromSeconds(3), 0, Failures.Of(FailureReason.RateLimited, "429"))
                .Succeeded(Noon, TimeSpan.FromSeconds(0.25), 3),
            Data = new CampaignData
            {
                Links = table,
                ReportedClicks = 53,
                CountMismatch = true,
                Statistics = [new EmailStatistics(new EmailKey("step-1"), [100, 90, 80, 70, 60, 50, 5, 4, 3, 2, 1, 0])],
            },
        };
        return new Snapshot
        {
            Accounts =
            [
                new AccountSnapshot
                {
                    Name = "main",
                    KeyAccepted = true,
                    IsTried = true,
                    BudgetUtilization = 0.25,
                    Discovery = ImmutableSortedDictionary<CampaignKind, PollHealth>.Empty.Add(
                        CampaignKind.Automation,
                        PollHealth.Untried.Succeeded(Noon.AddMinutes(-1), TimeSpan.Zero, 1)
                    ),
                    Campaigns =
                    [
                        good,
                        Sale(),
                        Some.Automation("win-back", "id-of-win-back") with
                        {
                            Health = PollHealth.Untried.Failed(
                                Noon,
                                TimeSpan.FromSeconds(1),
                                1,
                                Failures.Of(FailureReason.Timeout, "silence")
                            ),
                        },
                    ],
                },
                new AccountSnapshot { Name = "shop" },
            ],
        };
    }

    private static CampaignSnapshot Sale() =>
        Some.Automation("sale", "id-of-sale") with
        {
            Kind = CampaignKind.SingleSend,
            Name = "Winter sale",
            Status = "triggered",
            Interval = TimeSpan.FromMinutes(10),
            Health = PollHealth.Untried.Succeeded(Noon, TimeSpan.FromSeconds(0.5), 2),
            Data = new CampaignData
            {
                Links = LinkTable.Empty.ApplyWalk(
                    [new ObservedLink(new EmailKey("v1", "test"), "0", "https://shop.example/sale", 9)],
                    new LinksOptions(),
                    Noon
                ),
                Statistics = [new EmailStatistics(new EmailKey("v1", "test"), [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1])],
            },
        };

    private static string Render(Snapshot snapshot, DateTimeOffset now)
    {
        var body = new ArrayBufferWriter<byte>();
        Assert.All(PlainPage.Write(snapshot, Build, now, TextFormat.Prometheus, body), Assert.NotNull);
        return Encoding.UTF8.GetString(body.WrittenSpan);
    }
}
