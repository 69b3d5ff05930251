using System.Globalization;
using Prometheus;

namespace Exporter.Telemetry;

/// <summary>
/// The exporter's own counters and histograms on <c>/metrics</c>. Names, labels and help of these instruments stand here and nowhere
/// else; callers see verbs.
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
        _ = new ProcessInstruments(Platform);
        (_named, _unnamed) = (new ApiInstruments(Registry, factory, "account"), new ApiInstruments(Registry, factory));
        _shard = factory.CreateGauge(
            "sendgrid_exporter_shard_info",
            "Which of several processes with one configuration this is, from 0; each account is polled by exactly one of them.",
            ["shard", "total_shards"]
        );
        _droppedLines = factory.CreateCounter(
            "sendgrid_exporter_log_lines_dropped_total",
            "Log lines that were lost because standard error was not read, or could not be written."
        );
        State = new StorageInstruments(Registry, factory);
        ConfigurationFile = new ConfigurationInstruments(Registry, factory);
        WebConfig = new WebConfigInstruments(factory);
    }

    /// <summary>The verbs for the configuration.</summary>
    public ConfigurationInstruments ConfigurationFile { get; }

    /// <summary>The verbs for <c>--web.config.file</c>.</summary>
    public WebConfigInstruments WebConfig { get; }

    /// <summary>The verbs for the saved state.</summary>
    public StorageInstruments State { get; }

    /// <summary>What the exporter counts.</summary>
    public CollectorRegistry Registry { get; }

    /// <summary>The basics of the process and the runtime, apart because they take long to find out.</summary>
    public CollectorRegistry Platform { get; }

    /// <summary>All of them, for documents and tests.</summary>
    public IReadOnlyList<Collector> All => [.. _named.All, _shard, _droppedLines, .. State.All, .. ConfigurationFile.All, .. WebConfig.All];

    /// <summary>The verbs for one account.</summary>
    /// <param name="account">Its name; <see langword="null"/> for the one that has none: its series lack the label.</param>
    public AccountInstruments ForAccount(string? account) => account is null ? new(_unnamed, []) : new(_named, [account]);

    /// <summary>What the API last said of its rate limits to one account, by endpoint.</summary>
    /// <param name="account">Its name; <see langword="null"/> for the one that has none.</param>
    public IReadOnlyList<RateLimitSeen> RateLimits(string? account) =>
        account is null ? _unnamed.RateLimits([]) : _named.RateLimits([account]);

    /// <summary>Takes the series of an account away that is no longer polled.</summary>
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

    /// <param name="shard">Number of this process, from 0.</param>
    /// <param name="totalShards">How many processes share the accounts.</param>
    public void RunsAs(int shard, int totalShards) =>
        _shard.WithLabels(shard.ToString(CultureInfo.InvariantCulture), totalShards.ToString(CultureInfo.InvariantCulture)).Set(1);

    /// <summary>A log line was lost.</summary>
    public void LogLineDropped() => _droppedLines.Inc();

    /// <summary>What is worth counting when the API of one account is used.</summary>
    internal sealed class AccountInstruments(ApiInstruments all, string[] account)
    {
        /// <param name="endpoint">The path's word.</param>
        /// <param name="code">The status, or <c>none</c> when no answer came.</param>
        /// <param name="duration">From sending to the end of the body.</param>
        public void RequestEnded(string endpoint, string code, TimeSpan duration)
        {
            all.Requests.WithLabels([.. account, endpoint, code]).Inc();
            all.RequestDuration.WithLabels([.. account, endpoint]).Observe(duration.TotalSeconds);
        }

        public void Retried(string reason) => all.Retries.WithLabels([.. account, reason]).Inc();

        public void Throttled(TimeSpan wait) => all.ThrottleWait.WithLabels(account).Inc(Math.Max(0, wait.TotalSeconds));

        /// <summary>An answer told about the rate limit; what it did not tell stays as it was.</summary>
        /// <param name="endpoint">The path's word.</param>
        /// <param name="limit">Requests per refresh period.</param>
        /// <param name="remaining">Requests that are left.</param>
        /// <param name="resetAt">Says when the period ends, see <see cref="MomentGauge.Set"/>.</param>
        public void RateLimitSeen(string endpoint, long? limit, long? remaining, Func<DateTimeOffset>? resetAt)
        {
            Set(all.Limit, endpoint, limit);
            Set(all.Remaining, endpoint, remaining);
            if (resetAt is not null)
            {
                all.Reset.Set(resetAt, [.. account, endpoint]);
            }
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
