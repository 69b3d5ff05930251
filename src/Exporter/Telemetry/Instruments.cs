using System.Globalization;
using Prometheus;

namespace Exporter.Telemetry;

/// <summary>
/// The exporter's own counters and histograms on <c>/metrics</c>. Names, labels and help of these instruments stand here and nowhere
/// else; callers see verbs.
/// </summary>
/// <remarks>The label <c>account</c> is there only when accounts are named, so the instruments are made for one configuration.</remarks>
internal sealed class Instruments
{
    private readonly string[] _accountLabel;
    private readonly Counter _requests;
    private readonly Histogram _requestDuration;
    private readonly Counter _retries;
    private readonly Counter _throttleWait;
    private readonly Gauge _limit;
    private readonly Gauge _remaining;
    private readonly Gauge _reset;
    private readonly Gauge _shard;

    /// <param name="accountsAreNamed">Whether the series carry the label <c>account</c>.</param>
    public Instruments(bool accountsAreNamed)
    {
        _accountLabel = accountsAreNamed ? ["account"] : [];
        Registry = Prometheus.Metrics.NewCustomRegistry();
        var factory = Prometheus.Metrics.WithCustomRegistry(Registry);
        Platform = Prometheus.Metrics.NewCustomRegistry();
        DotNetStats.Register(Platform);

        _requests = factory.CreateCounter(
            "sendgrid_api_requests_total",
            "Requests sent to the SendGrid API, by endpoint and HTTP status; code none when no answer came.",
            Labels("endpoint", "code"));
        _requestDuration = factory.CreateHistogram(
            "sendgrid_api_request_duration_seconds",
            "Time from sending a request to the SendGrid API to the end of its answer, waits for the rate limit not included.",
            Labels("endpoint"),
            new HistogramConfiguration { Buckets = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });
        _retries = factory.CreateCounter(
            "sendgrid_api_retries_total",
            "Requests to the SendGrid API that were sent again within a poll, by the reason.",
            Labels("reason"));
        _throttleWait = factory.CreateCounter(
            "sendgrid_api_throttle_wait_seconds_total",
            "Time that requests waited for the configured rate and for the rate limit that the SendGrid API reports.",
            Labels());
        _limit = factory.CreateGauge(
            "sendgrid_api_rate_limit_limit",
            "Requests that the SendGrid API allows per refresh period (X-RateLimit-Limit); only once seen.",
            Labels("endpoint"));
        _remaining = factory.CreateGauge(
            "sendgrid_api_rate_limit_remaining",
            "Requests left in the refresh period when the SendGrid API last said (X-RateLimit-Remaining); only once seen.",
            Labels("endpoint"));
        _reset = factory.CreateGauge(
            "sendgrid_api_rate_limit_reset_timestamp_seconds",
            "End of the refresh period on this machine's clock, from X-RateLimit-Reset and Date; only once seen.",
            Labels("endpoint"));
        _shard = factory.CreateGauge(
            "sendgrid_exporter_shard_info",
            "Which of several processes with one configuration this is, from 0; each account is polled by exactly one of them.",
            ["shard", "total_shards"]);
        State = new StateInstruments(factory);
    }

    /// <summary>The verbs for the saved state.</summary>
    public StateInstruments State { get; }

    /// <summary>What the exporter counts.</summary>
    public CollectorRegistry Registry { get; }

    /// <summary>The basics of the process and the runtime, apart because they take long to find out.</summary>
    public CollectorRegistry Platform { get; }

    /// <summary>All of them, for documents and tests.</summary>
    public IReadOnlyList<Collector> All => [_requests, _requestDuration, _retries, _throttleWait, _limit, _remaining, _reset, _shard, .. State.All];

    /// <summary>The verbs for one account.</summary>
    /// <param name="account">Its name; not read when accounts are not named.</param>
    public AccountInstruments For(string? account) => new(this, _accountLabel.Length == 0 ? [] : [account ?? ""]);

    /// <param name="shard">Number of this process, from 0.</param>
    /// <param name="totalShards">How many processes share the accounts.</param>
    public void RunsAs(int shard, int totalShards) =>
        _shard.WithLabels(shard.ToString(CultureInfo.InvariantCulture), totalShards.ToString(CultureInfo.InvariantCulture)).Set(1);

    private string[] Labels(params string[] labels) => [.. _accountLabel, .. labels];

    /// <summary>What is worth counting when the API of one account is used.</summary>
    internal sealed class AccountInstruments(Instruments all, string[] account)
    {
        private readonly Counter.Child _throttleWait = all._throttleWait.WithLabels(account);

        /// <param name="endpoint">The path's word.</param>
        /// <param name="code">The status, or <c>none</c> when no answer came.</param>
        /// <param name="duration">From sending to the end of the body.</param>
        public void RequestEnded(string endpoint, string code, TimeSpan duration)
        {
            all._requests.WithLabels([.. account, endpoint, code]).Inc();
            all._requestDuration.WithLabels([.. account, endpoint]).Observe(duration.TotalSeconds);
        }

        public void Retried(string reason) => all._retries.WithLabels([.. account, reason]).Inc();

        public void Throttled(TimeSpan wait) => _throttleWait.Inc(Math.Max(0, wait.TotalSeconds));

        /// <summary>An answer told about the rate limit; what it did not tell stays as it was.</summary>
        public void RateLimitSeen(string endpoint, long? limit, long? remaining, DateTimeOffset? resetAt)
        {
            Set(all._limit, endpoint, limit);
            Set(all._remaining, endpoint, remaining);
            Set(all._reset, endpoint, resetAt?.ToUnixTimeMilliseconds() / 1000d);
        }

        private void Set(Gauge gauge, string endpoint, double? value)
        {
            if (value is { } known)
            {
                gauge.WithLabels([.. account, endpoint]).Set(known);
            }
        }
    }
}
