using Prometheus;

namespace Exporter.Telemetry;

/// <summary>The metrics of the configuration and its reloads.</summary>
internal sealed class ConfigurationInstruments(CollectorRegistry registry, MetricFactory factory)
{
    private readonly Gauge _successful = factory.CreateGauge(
        "sendgrid_exporter_config_last_reload_successful",
        "Whether the configuration was valid when it was last read; 0 means that the previous one is still in force."
    );

    private readonly MomentGauge _lastSuccess = new(
        registry,
        factory.CreateGauge("sendgrid_exporter_config_last_reload_success_timestamp_seconds", "When the configuration in force was read.")
    );

    public IReadOnlyList<Collector> All => [_successful, _lastSuccess.Gauge];

    /// <param name="at">Returns the moment, see <see cref="MomentGauge.Set"/>.</param>
    public void Loaded(Func<DateTimeOffset> at)
    {
        _successful.Set(1);
        _lastSuccess.Set(at);
    }

    public void RecordFailure() => _successful.Set(0);
}
