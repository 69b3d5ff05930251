using System.Runtime.InteropServices;
using Exporter.Exposition.Text;
using Exporter.Snapshots;

namespace Exporter.Exposition.Families;

/// <summary>Creates the families that both kinds of campaigns have, each kind under its own prefix.</summary>
/// <param name="prefix">The beginning of the names: <c>sendgrid_automation</c> or <c>sendgrid_singlesend</c>.</param>
/// <param name="label">The campaign's label: <c>automation</c> or <c>singlesend</c>.</param>
/// <param name="noun">The campaign's name in help texts.</param>
internal sealed class CampaignFamilies(string prefix, string label, string noun)
{
    /// <summary>The end of the help of every number that SendGrid counts.</summary>
    public string Lifetime => $" A lifetime total that SendGrid may correct downwards, so a gauge.{Polled}";

    /// <summary>The end of the help of every value that a walk finds.</summary>
    public string Polled => $" Polled in the background; see {prefix}_last_success_timestamp_seconds for its age.";

    /// <summary>The families of freshness and health.</summary>
    public IEnumerable<MetricFamily<CampaignSubject>> Health =>
        [
            HealthValue(
                "up",
                $"Whether the last attempt to refresh {noun} ended in a complete, checked walk.",
                static health =>
                    health.Up switch
                    {
                        true => 1,
                        false => 0,
                        null => null,
                    }
            ),
            HealthValue(
                "last_success_timestamp_seconds",
                $"End of the last complete walk of {noun}; 0 before the first one, never set by a failure.",
                static health => SampleSink.Seconds(health.LastSuccess)
            ),
            AttemptValue(
                "last_attempt_timestamp_seconds",
                $"End of the last attempt to refresh {noun}, successful or not.",
                static health => SampleSink.Seconds(health.LastAttempt)
            ),
            AttemptValue(
                "poll_duration_seconds",
                "Duration of the last attempt, waits for the rate limit included.",
                static health => health.Duration.TotalSeconds
            ),
            AttemptValue("poll_pages", "Pages that the last attempt read.", static health => health.Pages),
            HealthValue("polls_total", $"Attempts to refresh {noun}.", static health => health.Attempts, MetricType.Counter),
            new(
                $"{prefix}_poll_failures_total",
                MetricType.Counter,
                "Attempts that did not end in a complete walk, by reason.",
                [.. Scope, "reason"],
                static (subject, sink) =>
                {
                    foreach (var (reason, count) in subject.Campaign.Health.Failures.All())
                    {
                        sink.Sample(count, reason);
                    }
                },
                static subject => new CacheKey(subject.Campaign.Health.Failures)
            ),
            Value(
                "poll_interval_seconds",
                $"The interval at which {noun} is refreshed now; absent once it is not polled any more.",
                static subject => subject.Campaign.IsDelisted ? null : subject.Campaign.Interval.TotalSeconds
            ),
            Value(
                "listed",
                $"Whether the account's last complete list names {noun}; absent while no list is read.",
                static subject =>
                    subject.Campaign.IsListed switch
                    {
                        true => 1,
                        false => 0,
                        null => null,
                    }
            ),
            DataValue(
                "count_mismatch",
                "Whether the API's count of rows disagreed with the rows of the last complete walk.",
                static data => data.CountMismatch ? 1 : 0
            ),
            DataValue(
                "rows_merged",
                "Rows of the last complete walk that were summed into another row's series: same email and place, another URL or a "
                    + "duplicate.",
                static data => data.Links.RowsMerged
            ),
        ];

    private string[] Scope => ["account", label];

    /// <summary>Creates a gauge whose samples have labels of their own.</summary>
    public MetricFamily<CampaignSubject> Gauge(
        string name,
        string help,
        string[] labels,
        Action<CampaignSubject, SampleSink> write,
        Func<CampaignSubject, CacheKey> readOff,
        bool isDetailed = false
    ) => new($"{prefix}_{name}", MetricType.Gauge, help, [.. Scope, .. labels], write, readOff, isDetailed);

    /// <summary>Creates a gauge with one sample, absent without data.</summary>
    public MetricFamily<CampaignSubject> DataValue(string name, string help, Func<CampaignData, double?> value) =>
        Value(name, help, subject => subject.Data is { } data ? value(data) : null);

    /// <summary>Creates one family for each of the twelve statistics.</summary>
    /// <param name="name">The beginning of their names after the prefix.</param>
    /// <param name="of">The subject of the statistics in help texts.</param>
    /// <param name="labels">The labels of an email.</param>
    /// <param name="write">Writes one number of an email.</param>
    public IEnumerable<MetricFamily<CampaignSubject>> Statistics(
        string name,
        string of,
        string[] labels,
        Action<EmailKey, long, SampleSink> write
    ) =>
        EmailStatistics.Names.Select(
            (statistic, index) =>
                Gauge(
                    name + statistic,
                    $"SendGrid's count of {statistic.Replace('_', ' ')} for {of}.{Lifetime}",
                    labels,
                    OfData(
                        (data, sink) =>
                        {
                            foreach (var email in data.Statistics)
                            {
                                if (email.Values[index] is { } count)
                                {
                                    write(email.Email, count, sink);
                                }
                            }
                        }
                    ),
                    static subject => new CacheKey(subject.Data is { } data ? ImmutableCollectionsMarshal.AsArray(data.Statistics) : null),
                    isDetailed: true
                )
        );

    /// <summary>Returns the key of families with the links' numbers.</summary>
    public static CacheKey Links(CampaignSubject subject) =>
        new(subject.Data is { } data ? ImmutableCollectionsMarshal.AsArray(data.Links.Links) : null);

    /// <summary>Returns the key of families that show everything about the links except their numbers.</summary>
    public static CacheKey Shape(CampaignSubject subject) => new(subject.Data?.Links.Layout);

    /// <summary>Returns the key of families that also show vanished links.</summary>
    public static CacheKey ShapeAndVanished(CampaignSubject subject) =>
        new(
            subject.Data?.Links.Layout,
            subject.Data is { } data ? ImmutableCollectionsMarshal.AsArray(data.Links.Vanished) : null,
            subject.Missing
        );

    public static Action<CampaignSubject, SampleSink> OfData(Action<CampaignData, SampleSink> write) =>
        (subject, sink) =>
        {
            if (subject.Data is { } data)
            {
                write(data, sink);
            }
        };

    private MetricFamily<CampaignSubject> Value(
        string name,
        string help,
        Func<CampaignSubject, double?> value,
        MetricType type = MetricType.Gauge
    ) => MetricFamily<CampaignSubject>.OfValue($"{prefix}_{name}", type, help, Scope, value);

    private MetricFamily<CampaignSubject> HealthValue(
        string name,
        string help,
        Func<PollHealth, double?> value,
        MetricType type = MetricType.Gauge
    ) => Value(name, help, subject => value(subject.Campaign.Health), type);

    /// <summary>Creates a gauge that is absent before the first attempt.</summary>
    private MetricFamily<CampaignSubject> AttemptValue(string name, string help, Func<PollHealth, double?> value) =>
        HealthValue(name, help, health => health.LastAttempt is null ? null : value(health));
}
