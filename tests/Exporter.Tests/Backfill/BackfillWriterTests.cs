using Exporter.Backfill;
using Exporter.Exposition.Families;
using Exporter.Snapshots;

namespace Exporter.Tests.Backfill;

public sealed class BackfillWriterTests
{
    /// <summary>promtool takes a family in one piece only, and nothing without its last line.</summary>
    [Fact]
    public void Families_come_one_after_the_other_and_each_line_has_the_labels_of_a_scrape_and_its_time()
    {
        BackfillSeries[] series =
        [
            Series("sendgrid_automation_link_clicks", [("account", null), ("automation", "a\"b\\"), ("step_id", "s")], (0, 1), (300, 2)),
            Series("sendgrid_automation_reported_clicks", [("automation", "a")], (0.25, long.MaxValue)),
            Series("sendgrid_automation_link_clicks", [("automation", "b"), ("url_location", "0")], (0, 3)),
        ];
        var output = new StringWriter();

        var count = BackfillWriter.Write(output, series, [("job", "sendgrid"), ("instance", null)]);

        Assert.Equal(4, count);
        Assert.Equal(
            [
                "# TYPE sendgrid_automation_link_clicks gauge",
                """sendgrid_automation_link_clicks{automation="a\"b\\",step_id="s",job="sendgrid"} 1 1767268800""",
                """sendgrid_automation_link_clicks{automation="a\"b\\",step_id="s",job="sendgrid"} 2 1767269100""",
                """sendgrid_automation_link_clicks{automation="b",url_location="0",job="sendgrid"} 3 1767268800""",
                "# TYPE sendgrid_automation_reported_clicks gauge",
                """sendgrid_automation_reported_clicks{automation="a",job="sendgrid"} 9223372036854775807 1767268800.25""",
                "# EOF",
                "",
            ],
            output.ToString().Split('\n').Where(static line => !line.StartsWith("# HELP", StringComparison.Ordinal))
        );
    }

    [Fact]
    public void Nothing_is_the_end_alone()
    {
        var output = new StringWriter();

        Assert.Equal(0, BackfillWriter.Write(output, [], []));
        Assert.Equal("# EOF\n", output.ToString());
    }

    /// <summary>The past must continue as the present: under the very names of <c>/metrics</c>, and as gauges.</summary>
    [Fact]
    public void Every_total_of_the_store_has_its_name_on_the_page_or_none()
    {
        Assert.Equal("sendgrid_automation_link_clicks", BackfillWriter.FamilyOf(CampaignKind.Automation, "link_clicks"));
        Assert.Equal("sendgrid_singlesend_link_clicks", BackfillWriter.FamilyOf(CampaignKind.SingleSend, "link_clicks"));
        Assert.Equal("sendgrid_automation_step_delivered", BackfillWriter.FamilyOf(CampaignKind.Automation, "delivered"));
        Assert.Equal("sendgrid_singlesend_delivered", BackfillWriter.FamilyOf(CampaignKind.SingleSend, "delivered"));
        Assert.Null(BackfillWriter.FamilyOf(CampaignKind.Automation, "step_delivered_twice"));

        var types = Catalogue.All.ToDictionary(static family => family.Name, static family => family.Type, StringComparer.Ordinal);
        Assert.All(
            EmailStatistics.Names.SelectMany(static name =>
                (string?[])[BackfillWriter.FamilyOf(CampaignKind.Automation, name), BackfillWriter.FamilyOf(CampaignKind.SingleSend, name)]
            ),
            family => Assert.Equal(MetricType.Gauge, types[family!])
        );
    }

    [Theory]
    [InlineData("sendgrid_automation_link_clicks", "account=acc automation=camp step_id=1st url_location=place")]
    [InlineData("sendgrid_automation_step_delivered", "account=acc automation=camp step_id=1st")]
    [InlineData("sendgrid_automation_reported_clicks", "account=acc automation=camp")]
    [InlineData("sendgrid_singlesend_link_clicks", "account=acc singlesend=camp ab_variation=1st ab_phase=2nd url_location=place")]
    [InlineData("sendgrid_singlesend_delivered", "account=acc singlesend=camp ab_variation=1st ab_phase=2nd")]
    public void The_labels_are_those_of_the_family_in_its_order(string family, string labels) =>
        Assert.Equal(
            labels,
            string.Join(
                ' ',
                BackfillWriter.Labels(family, "acc", "camp", "1st", "2nd", "place").Select(static label => $"{label.Label}={label.Value}")
            )
        );

    [Theory]
    [InlineData("automation", true)]
    [InlineData("ab_phase", true)]
    [InlineData("job", false)]
    [InlineData("instance", false)]
    public void A_label_that_a_scrape_adds_is_not_one_of_ours(string name, bool isOurs) =>
        Assert.Equal(isOurs, BackfillWriter.IsOwnLabel(name));

    private static BackfillSeries Series(
        string family,
        IReadOnlyList<(string, string?)> labels,
        params (double Seconds, long Value)[] samples
    ) => new(family, labels, samples.Select(static sample => (Some.Noon.AddSeconds(sample.Seconds), sample.Value)));
}
