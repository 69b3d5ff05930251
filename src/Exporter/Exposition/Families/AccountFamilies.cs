using Exporter.Snapshots;

namespace Exporter.Exposition.Families;

/// <summary>Families with one scope label: <c>account</c>.</summary>
internal static class AccountFamilies
{
    public static readonly IReadOnlyList<MetricFamily<AccountSubject>> All =
    [
        Value(
            "sendgrid_up",
            "The key, not whether SendGrid is up: whether the API accepts it, by the last conclusive answers (200 and 404: yes; 401: no, "
                + "after three in a row over five seconds or more; others do not count).",
            static account =>
                account.KeyAccepted switch
                {
                    true => 1,
                    false => 0,
                    null => null,
                }
        ),
        Value(
            "sendgrid_api_budget_utilization_ratio",
            "Requests that a cycle of polls needs, divided by the requests that requests_per_second allows in an interval; "
                + "above 1 the interval cannot be kept.",
            static account => account.BudgetUtilization
        ),
        new(
            "sendgrid_discovery_last_success_timestamp_seconds",
            MetricType.Gauge,
            "End of the last complete walk over the account's list of campaigns; 0 before the first one. When discovery fails, "
                + "polling of the known campaigns goes on.",
            ["account", "kind"],
            static (subject, sink) =>
            {
                foreach (var (kind, discovery) in subject.Account.Discovery)
                {
                    sink.Sample(discovery.LastSuccess, kind.ListLabel());
                }
            },
            Discovery
        ),
        new(
            "sendgrid_discovery_failures_total",
            MetricType.Counter,
            "Failed walks over the account's list of campaigns, by reason.",
            ["account", "kind", "reason"],
            static (subject, sink) =>
            {
                foreach (var (kind, discovery) in subject.Account.Discovery)
                {
                    foreach (var (reason, count) in discovery.Failures.All())
                    {
                        sink.Sample(count, kind.ListLabel(), reason);
                    }
                }
            },
            Discovery
        ),
        new(
            "sendgrid_discovery_skipped_rows",
            MetricType.Gauge,
            "Rows without a usable id in the last complete walk over the list, which cannot be polled; absent before the first walk.",
            ["account", "kind"],
            static (subject, sink) =>
            {
                foreach (var (kind, rows) in subject.Account.SkippedRows)
                {
                    sink.Sample(rows, kind.ListLabel());
                }
            },
            static subject => new CacheKey(subject.Account.SkippedRows)
        ),
    ];

    private static CacheKey Discovery(AccountSubject subject) => new(subject.Account.Discovery);

    private static MetricFamily<AccountSubject> Value(string name, string help, Func<AccountSnapshot, double?> value) =>
        MetricFamily<AccountSubject>.OfValue(name, MetricType.Gauge, help, ["account"], subject => value(subject.Account));
}
