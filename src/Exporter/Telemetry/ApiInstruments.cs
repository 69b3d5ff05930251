using Prometheus;

namespace Exporter.Telemetry;

/// <summary>The counters of requests to SendGrid's API, either for named accounts or for the one account without a name.</summary>
/// <remarks>
/// An instrument's labels are fixed when it is created, and the label <c>account</c> exists only when accounts are named. So there is one
/// set for each case, and only one of them has series. Their names are equal, so the registry shows them as one family.
/// </remarks>
internal sealed class ApiInstruments(CollectorRegistry registry, MetricFactory factory, params string[] accountLabel)
{
    public Counter Requests { get; } =
        factory.CreateCounter(
            "sendgrid_api_requests_total",
            "Requests sent to the SendGrid API, by endpoint and HTTP status; code is none when no answer came.",
            [.. accountLabel, "endpoint", "code"]
        );

    public Histogram RequestDuration { get; } =
        factory.CreateHistogram(
            "sendgrid_api_request_duration_seconds",
            "Time from sending a request to the SendGrid API to the end of its answer, without waits for the rate limit.",
            [.. accountLabel, "endpoint"],
            new HistogramConfiguration { Buckets = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] }
        );

    public Counter Retries { get; } =
        factory.CreateCounter(
            "sendgrid_api_retries_total",
            "Retries of requests to the SendGrid API within a poll, by reason.",
            [.. accountLabel, "reason"]
        );

    public Counter ThrottleWait { get; } =
        factory.CreateCounter(
            "sendgrid_api_throttle_wait_seconds_total",
            "Time that requests waited for the configured rate and for the rate limit that the SendGrid API reports.",
            accountLabel,
            new CounterConfiguration { SuppressInitialValue = true }
        );

    public Gauge Limit { get; } =
        factory.CreateGauge(
            "sendgrid_api_rate_limit_limit",
            "Requests that the SendGrid API allows per refresh period (X-RateLimit-Limit); absent until it reports them.",
            [.. accountLabel, "endpoint"]
        );

    public Gauge Remaining { get; } =
        factory.CreateGauge(
            "sendgrid_api_rate_limit_remaining",
            "Requests left in the refresh period, as the SendGrid API last reported (X-RateLimit-Remaining); absent until then.",
            [.. accountLabel, "endpoint"]
        );

    public MomentGauge Reset { get; } =
        new(
            registry,
            factory.CreateGauge(
                "sendgrid_api_rate_limit_reset_timestamp_seconds",
                "End of the refresh period on this machine's clock, from X-RateLimit-Reset and Date; absent until the API reports it.",
                [.. accountLabel, "endpoint"]
            )
        );

    public IReadOnlyList<Collector> All => [Requests, RequestDuration, Retries, ThrottleWait, Limit, Remaining, Reset.Gauge];

    /// <summary>Returns the last reported rate limits of one account, by endpoint.</summary>
    public IReadOnlyList<RateLimitSeen> RateLimits(string[] account)
    {
        var (limits, remaining) = (Seen(Limit, account), Seen(Remaining, account));
        var resets = LabelsOf(Reset.Gauge, account).ToDictionary(static labels => labels[^1], Reset.Get, StringComparer.Ordinal);
        return
        [
            .. limits
                .Keys.Union(remaining.Keys, StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
                .Select(endpoint => new RateLimitSeen(
                    endpoint,
                    (long?)limits.GetValueOrDefault(endpoint),
                    (long?)remaining.GetValueOrDefault(endpoint),
                    resets.GetValueOrDefault(endpoint)
                )),
        ];
    }

    private static Dictionary<string, double?> Seen(Gauge gauge, string[] account) =>
        LabelsOf(gauge, account)
            .ToDictionary(labels => labels[^1], labels => (double?)gauge.WithLabels(labels).Value, StringComparer.Ordinal);

    /// <summary>Removes an account's series.</summary>
    public void RemoveAccount(string[] account)
    {
        RemoveAccount(Requests, account);
        RemoveAccount(RequestDuration, account);
        RemoveAccount(Retries, account);
        RemoveAccount(ThrottleWait, account);
        RemoveRateLimits(account);
    }

    /// <summary>Removes what the API said about its limits.</summary>
    public void RemoveRateLimits(string[] account)
    {
        RemoveAccount(Limit, account);
        RemoveAccount(Remaining, account);
        foreach (var labels in LabelsOf(Reset.Gauge, account))
        {
            Reset.Remove(labels);
        }
    }

    private static void RemoveAccount<TChild>(Collector<TChild> instrument, string[] account)
        where TChild : ChildBase
    {
        foreach (var labels in LabelsOf(instrument, account))
        {
            instrument.RemoveLabelled(labels);
        }

        if (instrument.LabelNames.Length == 0)
        {
            instrument.RemoveLabelled();
        }
    }

    private static List<string[]> LabelsOf<TChild>(Collector<TChild> instrument, string[] account)
        where TChild : ChildBase =>
        [.. instrument.GetAllLabelValues().Where(labels => labels.Take(account.Length).SequenceEqual(account, StringComparer.Ordinal))];
}
