using Exporter.Exposition.Families;
using Exporter.Telemetry;

namespace Exporter.Tests.Deploy;

/// <summary>
/// Each metric of the exporter's that can say that something is wrong is in the expression of an alert, or there is a reason why not.
/// </summary>
public sealed class BlindSideTests
{
    private static readonly Dictionary<string, string> NotAlertedOn = new(StringComparer.Ordinal)
    {
        ["sendgrid_automation_link_info"] = "names the URL",
        ["sendgrid_automation_link_last_increase_timestamp_seconds"] =
            "links are judged by what their siblings predict, not by how long they stood still",
        ["sendgrid_automation_reported_clicks"] = "the API's own sum, for comparison: it lags behind the rows",
        ["sendgrid_automation_links"] = "a link that goes is told by SendGridLinkVanished",
        ["sendgrid_automation_info"] = "names the id",
        ["sendgrid_automation_step_info"] = "names the step",
        ["sendgrid_automation_step_requests"] = "deliveries tell the same and what became of them",
        ["sendgrid_automation_step_unique_opens"] = "opens tell the same",
        ["sendgrid_automation_step_clicks"] = "the clicks of the step's links tell the same",
        ["sendgrid_automation_step_unique_clicks"] = "the clicks of the step's links tell the same",
        ["sendgrid_automation_step_bounces"] =
            "what is usual differs from list to list; too many of them show as deliveries that are missing",
        ["sendgrid_automation_step_bounce_drops"] = "as bounces",
        ["sendgrid_automation_step_invalid_emails"] = "as bounces",
        ["sendgrid_automation_step_spam_reports"] = "as bounces",
        ["sendgrid_automation_step_spam_report_drops"] = "as bounces",
        ["sendgrid_automation_step_unsubscribes"] = "as bounces",
        ["sendgrid_automation_poll_duration_seconds"] = "a slow poll matters when numbers get old, which SendGridStatsStale tells",
        ["sendgrid_automation_poll_pages"] = "what an attempt cost",
        ["sendgrid_automation_polls_total"] = "attempts, good and bad",
        ["sendgrid_automation_count_mismatch"] = "the API contradicts itself twice in the same way: nothing that anybody here can mend",
        ["sendgrid_automation_rows_merged"] = "an edited email is usual",
        ["sendgrid_exporter_overflowed_links"] = "a limit that somebody has set",
        ["sendgrid_exporter_overflowed_singlesend_links"] = "as of automations",
        ["sendgrid_singlesend_count_mismatch"] = "as of automations",
        ["sendgrid_singlesend_rows_merged"] = "as of automations",
        ["sendgrid_singlesend_poll_duration_seconds"] = "as of automations",
        ["sendgrid_singlesend_poll_pages"] = "as of automations",
        ["sendgrid_singlesend_polls_total"] = "as of automations",
        ["sendgrid_singlesend_last_attempt_timestamp_seconds"] =
            "a Single Send that is not tried goes stale, which SendGridSingleSendStale tells",
        ["sendgrid_singlesend_info"] = "names the id",
        ["sendgrid_singlesend_link_clicks"] = "a Single Send is over in days: there is no past to hold it against",
        ["sendgrid_singlesend_link_info"] = "names the URL",
        ["sendgrid_discovery_skipped_rows"] = "rows without a usable id cannot be polled by anybody; the log says so once",
        ["sendgrid_api_requests_total"] = "a failed request may be mended by the next; polls that fail are told",
        ["sendgrid_api_request_duration_seconds"] = "slow answers matter when numbers get old, which SendGridStatsStale tells",
        ["sendgrid_api_retries_total"] = "as failed requests",
        ["sendgrid_api_rate_limit_limit"] = "waiting is told where it matters, by SendGridRateLimited",
        ["sendgrid_api_rate_limit_remaining"] = "as the limit",
        ["sendgrid_api_rate_limit_reset_timestamp_seconds"] = "as the limit",
        ["sendgrid_exporter_config_last_reload_success_timestamp_seconds"] = "a configuration may be as old as it likes",
        ["sendgrid_exporter_shard_info"] = "names the shard",
        ["sendgrid_exporter_state_restored"] = "a first start restores nothing",
        ["sendgrid_exporter_state_last_save_timestamp_seconds"] = "nothing is saved while nothing changes",
        ["sendgrid_exporter_state_save_failures_total"] = "counts what sendgrid_exporter_state_usable says now",
        ["sendgrid_exporter_log_lines_dropped_total"] = "a log that nobody reads; the numbers are not affected",
        ["sendgrid_exporter_tls_certificate_not_after_timestamp_seconds"] =
            "how early to tell is the affair of whoever renews it; one that has ended is told by SendGridExporterDown",
        ["sendgrid_exporter_build_info"] = "names the version",
        ["sendgrid_exporter_series"] = "a size",
    };

    private static HashSet<string> Alerted =>
        [
            .. from file in RepositoryFiles.Rules
            from rules in RepositoryFiles.ReadYaml(file).Items("groups")
            from rule in rules.Items("rules")
            from selector in PromQl.Parse(rule.Text("expr")!).Selectors
            select selector.Metric,
        ];

    [Fact]
    public void Every_metric_is_in_an_alert_or_has_a_reason_why_not()
    {
        var alerted = Alerted;
        var exported = Catalogue
            .All.Select(family => family.Name)
            .Concat(new Instruments().All.Select(own => own.Name))
            .Where(name => !IsStatisticOfSingleSend(name))
            .ToHashSet(StringComparer.Ordinal);

        Assert.Equal(
            exported.Except(alerted, StringComparer.Ordinal).Order(StringComparer.Ordinal),
            NotAlertedOn.Keys.Order(StringComparer.Ordinal)
        );
    }

    /// <summary>The twelve numbers of a Single Send: it is over in days, and there is no past to hold it against.</summary>
    private static bool IsStatisticOfSingleSend(string name) =>
        name.StartsWith("sendgrid_singlesend_", StringComparison.Ordinal)
        && !name.EndsWith("_info", StringComparison.Ordinal)
        && Catalogue.All.Any(family => family.Name == name.Replace("_singlesend_", "_automation_step_", StringComparison.Ordinal));
}
