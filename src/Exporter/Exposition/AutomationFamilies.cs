using Exporter.Snapshots;

namespace Exporter.Exposition;

/// <summary>What the families of an automation are read off.</summary>
/// <param name="Automation">The automation.</param>
/// <param name="Data">Its data as far as they may be served; <see langword="null"/> before the first complete walk and beyond <c>max_age</c>.</param>
/// <param name="Now">The time of the scrape.</param>
internal sealed record AutomationView(AutomationSnapshot Automation, AutomationData? Data, DateTimeOffset Now);

/// <summary>Families with the scope labels <c>account</c> and <c>automation</c>.</summary>
internal static class AutomationFamilies
{
    private const string Polled = " Polled in the background; see sendgrid_automation_last_success_timestamp_seconds for its age.";

    private const string Lifetime = " A lifetime total that SendGrid may correct downwards, so a gauge." + Polled;

    public static readonly IReadOnlyList<MetricFamily<AutomationView>> All =
    [
        Gauge(
            "sendgrid_automation_link_clicks",
            "Clicks on a tracked link since tracking began." + Lifetime,
            ["step_id", "url_location"],
            OfData(static (data, sink) =>
            {
                foreach (var link in data.Links.Links)
                {
                    if (link.IsShown)
                    {
                        sink.Sample(link.Clicks, link.StepId, link.Location);
                    }
                }

                foreach (var (step, clicks) in data.Links.Overflows)
                {
                    sink.Sample(clicks, step, LinkTable.Overflow);
                }
            })),
        Gauge(
            "sendgrid_automation_link_info",
            "The URL behind a tracked link, as far as links.url shows it; several at one place after an edit of the email." + Polled,
            ["step_id", "url_location", "url"],
            OfData(static (data, sink) =>
            {
                foreach (var link in data.Links.Links)
                {
                    if (link.IsShown)
                    {
                        foreach (var url in link.Urls)
                        {
                            sink.Sample(1L, link.StepId, link.Location, url);
                        }
                    }
                }
            })),
        Gauge(
            "sendgrid_automation_link_present",
            "Whether a link was in the last complete walk: 1, or 0 for links.missing_grace after it vanished." + Polled,
            ["step_id", "url_location"],
            static (view, sink) =>
            {
                if (view.Data is not { Links: var links })
                {
                    return;
                }

                foreach (var link in links.Links)
                {
                    if (link.IsShown)
                    {
                        sink.Sample(1L, link.StepId, link.Location);
                    }
                }

                foreach (var vanished in links.Vanished)
                {
                    if (vanished.ShownUntil > view.Now)
                    {
                        sink.Sample(0L, vanished.Link.StepId, vanished.Link.Location);
                    }
                }
            }),
        Gauge(
            "sendgrid_automation_link_last_increase_timestamp_seconds",
            "When a walk last found more clicks on a link than the walk before; absent until that was seen." + Polled,
            ["step_id", "url_location"],
            OfData(static (data, sink) =>
            {
                foreach (var link in data.Links.Links)
                {
                    if (link is { IsShown: true, LastIncrease: { } at })
                    {
                        sink.Sample(at, link.StepId, link.Location);
                    }
                }
            })),
        Gauge(
            "sendgrid_automation_reported_clicks",
            "The API's own total_clicks of an automation's links, for comparison with the sum over the links." + Lifetime,
            [],
            OfData(static (data, sink) =>
            {
                if (data.ReportedClicks is { } clicks)
                {
                    sink.Sample(clicks);
                }
            })),
        Gauge(
            "sendgrid_automation_links",
            "Links in the last complete walk, those without a series of their own included." + Polled,
            [],
            OfData(static (data, sink) => sink.Sample(data.Links.Links.Length))),
        Gauge(
            "sendgrid_automation_info",
            "The id behind the label automation.",
            ["automation_id"],
            static (view, sink) => sink.Sample(1L, view.Automation.Id)),
        Gauge(
            "sendgrid_automation_step_info",
            "The name of a step, where one is known.",
            ["step_id", "step"],
            static (view, sink) =>
            {
                foreach (var (step, name) in view.Automation.StepNames)
                {
                    sink.Sample(1L, step, name);
                }
            }),
        .. StepStatistics.Names.Select(Step),
        Gauge(
            "sendgrid_automation_up",
            "Whether the last attempt to refresh an automation ended in a complete, checked walk.",
            [],
            static (view, sink) =>
            {
                if (view.Automation.Health.Up is { } up)
                {
                    sink.Sample(up);
                }
            }),
        Gauge(
            "sendgrid_automation_last_success_timestamp_seconds",
            "End of the last complete walk of an automation; 0 before the first one, never set by a failure.",
            [],
            static (view, sink) => sink.Sample(view.Automation.Health.LastSuccess)),
        Gauge(
            "sendgrid_automation_last_attempt_timestamp_seconds",
            "End of the last attempt to refresh an automation, successful or not.",
            [],
            OfAttempt(static (health, sink) => sink.Sample(health.LastAttempt))),
        Gauge(
            "sendgrid_automation_poll_duration_seconds",
            "How long the last attempt took, waits for the rate limit included.",
            [],
            OfAttempt(static (health, sink) => sink.Sample(health.Duration.TotalSeconds))),
        Gauge(
            "sendgrid_automation_poll_pages",
            "Pages that the last attempt read.",
            [],
            OfAttempt(static (health, sink) => sink.Sample(health.Pages))),
        Counter(
            "sendgrid_automation_polls_total",
            "Attempts to refresh an automation.",
            [],
            static (view, sink) => sink.Sample(view.Automation.Health.Attempts)),
        Counter(
            "sendgrid_automation_poll_failures_total",
            "Attempts that did not end in a complete walk, by reason.",
            ["reason"],
            static (view, sink) =>
            {
                foreach (var (reason, count) in view.Automation.Health.Failures.All())
                {
                    sink.Sample(count, reason);
                }
            }),
        Gauge(
            "sendgrid_automation_poll_interval_seconds",
            "The interval at which an automation is refreshed.",
            [],
            static (view, sink) => sink.Sample(view.Automation.Interval.TotalSeconds)),
        Gauge(
            "sendgrid_automation_count_mismatch",
            "Whether the API's count of rows disagreed with the rows of the last complete walk.",
            [],
            OfData(static (data, sink) => sink.Sample(data.CountMismatch))),
        Gauge(
            "sendgrid_automation_rows_merged",
            "Rows of the last complete walk that were summed into another row's series: same step and place, another URL or a duplicate.",
            [],
            OfData(static (data, sink) => sink.Sample(data.Links.RowsMerged))),
        Gauge(
            "sendgrid_exporter_overflowed_links",
            "Links beyond links.max_per_automation, summed per step into url_location=\"overflow\".",
            [],
            OfData(static (data, sink) => sink.Sample(data.Links.Overflowed))),
    ];

    private static MetricFamily<AutomationView> Step(string name, int index) => Gauge(
        $"sendgrid_automation_step_{name}",
        $"SendGrid's count of {name.Replace('_', ' ')} for a step of an automation." + Lifetime,
        ["step_id"],
        OfData((data, sink) =>
        {
            foreach (var step in data.Steps)
            {
                sink.Sample(step.Values[index], step.StepId);
            }
        }));

    private static Action<AutomationView, SampleSink> OfData(Action<AutomationData, SampleSink> write) => (view, sink) =>
    {
        if (view.Data is { } data)
        {
            write(data, sink);
        }
    };

    private static Action<AutomationView, SampleSink> OfAttempt(Action<PollHealth, SampleSink> write) => (view, sink) =>
    {
        if (view.Automation.Health is { LastAttempt: not null } health)
        {
            write(health, sink);
        }
    };

    private static MetricFamily<AutomationView> Gauge(string name, string help, string[] labels, Action<AutomationView, SampleSink> write) =>
        new(name, MetricType.Gauge, help, ["account", "automation", .. labels], write);

    private static MetricFamily<AutomationView> Counter(string name, string help, string[] labels, Action<AutomationView, SampleSink> write) =>
        new(name, MetricType.Counter, help, ["account", "automation", .. labels], write);
}
