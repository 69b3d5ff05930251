using System.Globalization;
using Prometheus;

namespace Exporter.Telemetry;

/// <summary>
/// The exporter's own counters and histograms on <c>/metrics</c>. Their names, labels and help are defined here only; callers use verbs.
/// </summary>
internal sealed class Instruments
{
    private readonly ApiInstruments _named;
    private readonly ApiInstruments _unnamed;
    private readonly Gauge _shard;
    private readonly Counter _droppedLines;

    public Instruments()
    {
        Registry = Prometheus.Metrics.NewCustomRegistry();
        var factory = Prometheus.Metrics.WithCustomRegistry(Registry);
        Platform = Prometheus.Metrics.NewCustomRegistry();
        Process = new ProcessInstruments(Platform);
        (_named, _unnamed) = (new ApiInstruments(Registry, factory, "account"), new ApiInstruments(Registry, factory));
        _shard = factory.CreateGauge(
            "sendgrid_exporter_shard_info",
            "The number, from 0, of this process among those that share one configuration; exactly one of them polls each account.",
            ["shard", "total_shards"]
        );
        _droppedLines = factory.CreateCounter(
            "sendgrid_exporter_log_lines_dropped_total",
            "Log lines that were lost because standard error was not read, or could not be written."
        );
        Storage = new StorageInstruments(Registry, factory);
        ConfigurationFile = new ConfigurationInstruments(Registry, factory);
        WebConfig = new WebConfigInstruments(factory);
    }

    /// <summary>The instruments of the process.</summary>
    public ProcessInstruments Process { get; }

    /// <summary>The instruments of the configuration.</summary>
    public ConfigurationInstruments ConfigurationFile { get; }

    /// <summary>The instruments of <c>--web.config.file</c>.</summary>
    public WebConfigInstruments WebConfig { get; }

    /// <summary>The instruments of the saved state.</summary>
    public StorageInstruments Storage { get; }

    /// <summary>The registry of the exporter's own instruments.</summary>
    public CollectorRegistry Registry { get; }

    /// <summary>The registry of the process and runtime metrics. It is separate because reading them takes long.</summary>
    public CollectorRegistry Platform { get; }

    /// <summary>Every instrument, for documents and tests.</summary>
    public IReadOnlyList<Collector> All =>
        [.. _named.All, _shard, _droppedLines, .. Storage.All, .. ConfigurationFile.All, .. WebConfig.All];

    /// <summary>Returns the instruments of one account.</summary>
    /// <param name="account">The account's name; <see langword="null"/> for the account without one, whose series lack the label.</param>
    public AccountInstruments ForAccount(string? account) => account is null ? new(_unnamed, []) : new(_named, [account]);

    /// <summary>Returns the last rate limits that the API reported to one account, by endpoint.</summary>
    /// <param name="account">The account's name; <see langword="null"/> for the account without one.</param>
    public IReadOnlyList<RateLimitSeen> RateLimits(string? account) =>
        account is null ? _unnamed.RateLimits([]) : _named.RateLimits([account]);

    /// <summary>Removes the series of an account that is no longer polled.</summary>
    public void RemoveAccount(string? account)
    {
        if (account is null)
        {
            _unnamed.RemoveAccount([]);
        }
        else
        {
            _named.RemoveAccount([account]);
        }
    }

    /// <param name="shard">The number of this process, from 0.</param>
    public void RunsAs(int shard, int totalShards) =>
        _shard.WithLabels(shard.ToString(CultureInfo.InvariantCulture), totalShards.ToString(CultureInfo.InvariantCulture)).Set(1);

    /// <summary>Counts a lost log line.</summary>
    public void LogLineDropped() => _droppedLines.Inc();

    /// <summary>The counters of requests to the API of one account.</summary>
    internal sealed class AccountInstruments(ApiInstruments all, string[] account)
    {
        /// <param name="endpoint">The endpoint's label.</param>
        /// <param name="code">The status, or <c>none</c> when no answer came.</param>
        /// <param name="duration">The time from sending to the end of the body.</param>
        public void RequestEnded(string endpoint, string code, TimeSpan duration)
        {
            all.Requests.WithLabels([.. account, endpoint, code]).Inc();
            all.RequestDuration.WithLabels([.. account, endpoint]).Observe(duration.TotalSeconds);
        }

        public void Retried(string reason) => all.Retries.WithLabels([.. account, reason]).Inc();

        public void Throttled(TimeSpan wait) => all.ThrottleWait.WithLabels(account).Inc(Math.Max(0, wait.TotalSeconds));

        /// <summary>Records the rate limit that an answer reports. A value that it does not report stays.</summary>
        /// <param name="endpoint">The endpoint's label.</param>
        /// <param name="limit">Requests per refresh period.</param>
        /// <param name="remaining">Requests that are left in it.</param>
        /// <param name="resetAt">Returns the end of the period, see <see cref="MomentGauge.Set"/>.</param>
        public void RateLimitSeen(string endpoint, long? limit, long? remaining, Func<DateTimeOffset>? resetAt)
        {
            Set(all.Limit, endpoint, limit);
            Set(all.Remaining, endpoint, remaining);
            if (resetAt is not null)
            {
                all.Reset.Set(resetAt, [.. account, endpoint]);
            }
        }

        /// <summary>Returns these instruments for another server, whose rate limits are not known.</summary>
        public AccountInstruments WithoutRateLimits()
        {
            all.RemoveRateLimits(account);
            return this;
        }

        private void Set(Gauge gauge, string endpoint, long? value)
        {
            if (value is { } known)
            {
                gauge.WithLabels([.. account, endpoint]).Set(known);
            }
        }
    }
}
