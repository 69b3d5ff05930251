using System.Runtime.InteropServices;
using Exporter.Snapshots;

namespace Exporter.Exposition;

/// <summary>Makes the families that both kinds of campaigns have, each kind under its own prefix.</summary>
/// <param name="prefix">Begin of the names: <c>sendgrid_automation</c> or <c>sendgrid_singlesend</c>.</param>
/// <param name="label">Label of the campaign: <c>automation</c> or <c>singlesend</c>.</param>
/// <param name="noun">What it is called in help texts.</param>
internal sealed class CampaignFamilies(string prefix, string label, string noun)
{
    /// <summary>End of the help of everything that SendGrid counts.</summary>
    public string Lifetime => $" A lifetime total that SendGrid may correct downwards, so a gauge.{Polled}";

    /// <summary>End of the help of everything that a walk found.</summary>
    public string Polled => $" Polled in the background; see {prefix}_last_success_timestamp_seconds for its age.";

    /// <summary>Freshness and health.</summary>
    public IEnumerable<MetricFamily<CampaignView>> Health =>
    [
        Gauge(
            "up",
            $"Whether the last attempt to refresh {noun} ended in a complete, checked walk.",
            [],
            static (view, sink) =>
            {
                if (view.Campaign.Health.Up is { } up)
                {
                    sink.Sample(up);
                }
            }),
        Gauge(
            "last_success_timestamp_seconds",
            $"End of the last complete walk of {noun}; 0 before the first one, never set by a failure.",
            [],
            static (view, sink) => sink.Sample(view.Campaign.Health.LastSuccess)),
        Gauge(
            "last_attempt_timestamp_seconds",
            $"End of the last attempt to refresh {noun}, successful or not.",
            [],
            OfAttempt(static (health, sink) => sink.Sample(health.LastAttempt))),
        Gauge(
            "poll_duration_seconds",
            "How long the last attempt took, waits for the rate limit included.",
            [],
            OfAttempt(static (health, sink) => sink.Sample(health.Duration.TotalSeconds))),
        Gauge(
            "poll_pages",
            "Pages that the last attempt read.",
            [],
            OfAttempt(static (health, sink) => sink.Sample(health.Pages))),
        Counter(
            "polls_total",
            $"Attempts to refresh {noun}.",
            [],
            static (view, sink) => sink.Sample(view.Campaign.Health.Attempts)),
        Counter(
            "poll_failures_total",
            "Attempts that did not end in a complete walk, by reason.",
            ["reason"],
            static (view, sink) =>
            {
                foreach (var (reason, count) in view.Campaign.Health.Failures.All())
                {
                    sink.Sample(count, reason);
                }
            }),
        Gauge(
            "poll_interval_seconds",
            $"The interval at which {noun} is refreshed now.",
            [],
            static (view, sink) => sink.Sample(view.Campaign.Interval.TotalSeconds)),
        Gauge(
            "count_mismatch",
            "Whether the API's count of rows disagreed with the rows of the last complete walk.",
            [],
            OfData(static (data, sink) => sink.Sample(data.CountMismatch))),
        Gauge(
            "rows_merged",
            "Rows of the last complete walk that were summed into another row's series: same email and place, another URL or a duplicate.",
            [],
            OfData(static (data, sink) => sink.Sample(data.Links.RowsMerged))),
    ];

    public MetricFamily<CampaignView> Gauge(
        string name, string help, string[] labels, Action<CampaignView, SampleSink> write, Func<CampaignView, Source>? readOff = null) =>
        new($"{prefix}_{name}", MetricType.Gauge, help, ["account", label, .. labels], write, readOff);

    /// <summary>The twelve statistics, each a family.</summary>
    /// <param name="name">Begin of their names behind the prefix.</param>
    /// <param name="of">What they are of, in help texts.</param>
    /// <param name="labels">Labels of an email.</param>
    /// <param name="write">Writes one number of an email.</param>
    public IEnumerable<MetricFamily<CampaignView>> Statistics(string name, string of, string[] labels, Action<EmailKey, long, SampleSink> write) =>
        EmailStatistics.Names.Select((statistic, index) => Gauge(
            name + statistic,
            $"SendGrid's count of {statistic.Replace('_', ' ')} for {of}.{Lifetime}",
            labels,
            OfData((data, sink) =>
            {
                foreach (var email in data.Statistics)
                {
                    write(email.Email, email.Values[index], sink);
                }
            }),
            static view => new Source(view.Data is { } data ? ImmutableCollectionsMarshal.AsArray(data.Statistics) : null)));

    /// <summary>For families of the links' numbers.</summary>
    public static Source Links(CampaignView view) => new(view.Data is { } data ? ImmutableCollectionsMarshal.AsArray(data.Links.Links) : null);

    /// <summary>For families that show of the links everything but numbers.</summary>
    public static Source Shape(CampaignView view) => new(view.Data?.Links.Shape);

    /// <summary>For families that show links that have vanished, too.</summary>
    public static Source ShapeAndVanished(CampaignView view) =>
        new(view.Data?.Links.Shape, view.Data is { } data ? ImmutableCollectionsMarshal.AsArray(data.Links.Vanished) : null, view.Missing);

    public static Action<CampaignView, SampleSink> OfData(Action<CampaignData, SampleSink> write) => (view, sink) =>
    {
        if (view.Data is { } data)
        {
            write(data, sink);
        }
    };

    private static Action<CampaignView, SampleSink> OfAttempt(Action<PollHealth, SampleSink> write) => (view, sink) =>
    {
        if (view.Campaign.Health is { LastAttempt: not null } health)
        {
            write(health, sink);
        }
    };

    private MetricFamily<CampaignView> Counter(string name, string help, string[] labels, Action<CampaignView, SampleSink> write) =>
        new($"{prefix}_{name}", MetricType.Counter, help, ["account", label, .. labels], write);
}
