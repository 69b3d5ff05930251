using Exporter.Snapshots;

namespace Exporter.Exposition;

/// <summary>What the families of an account are read off.</summary>
internal sealed record AccountView(AccountSnapshot Account) : View(("account", Account.Name));

/// <summary>Families with one scope label: <c>account</c>.</summary>
internal static class AccountFamilies
{
    public static readonly IReadOnlyList<MetricFamily<AccountView>> All =
    [
        Gauge(
            "sendgrid_up",
            "Whether the SendGrid API accepted the key in the last answer that could tell (200 and 404: yes; 401: no; others say nothing).",
            [],
            static (view, sink) =>
            {
                if (view.Account.KeyAccepted is { } accepted)
                {
                    sink.Sample(accepted);
                }
            }),
        Gauge(
            "sendgrid_api_budget_utilization_ratio",
            "Requests that a cycle of polls needs, divided by the requests that requests_per_second gives in an interval; above 1 the interval cannot be kept.",
            [],
            static (view, sink) =>
            {
                if (view.Account.BudgetUtilization is { } utilization)
                {
                    sink.Sample(utilization);
                }
            }),
        Gauge(
            "sendgrid_discovery_last_success_timestamp_seconds",
            "End of the last complete walk of the list that names what is polled; 0 before the first one. When discovery fails, what is known is polled on.",
            ["kind"],
            static (view, sink) =>
            {
                foreach (var (kind, discovery) in view.Account.Discovery)
                {
                    sink.Sample(discovery.LastSuccess, Word(kind));
                }
            }),
        new(
            "sendgrid_discovery_failures_total",
            MetricType.Counter,
            "Walks of the list that failed, by reason.",
            ["account", "kind", "reason"],
            static (view, sink) =>
            {
                foreach (var (kind, discovery) in view.Account.Discovery)
                {
                    foreach (var (reason, count) in discovery.Failures.All())
                    {
                        sink.Sample(count, Word(kind), reason);
                    }
                }
            }),
    ];

    private static string Word(CampaignKind kind) => kind == CampaignKind.Automation ? "automations" : "single_sends";

    private static MetricFamily<AccountView> Gauge(string name, string help, string[] labels, Action<AccountView, SampleSink> write) =>
        new(name, MetricType.Gauge, help, ["account", .. labels], write);
}
