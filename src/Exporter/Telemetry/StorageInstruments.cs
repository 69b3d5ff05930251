using Prometheus;

namespace Exporter.Telemetry;

/// <summary>The metrics of the state that is saved under <c>--storage.path</c>.</summary>
internal sealed class StorageInstruments(CollectorRegistry registry, MetricFactory factory)
{
    private readonly Gauge _restored = factory.CreateGauge(
        "sendgrid_exporter_state_restored",
        "Whether a former run's saved state was found, at the start or later; its values younger than poll.max_age are served until "
            + "fresh ones arrive."
    );

    private readonly Gauge _usable = factory.CreateGauge(
        "sendgrid_exporter_state_usable",
        "Whether the state can be read and saved under --storage.path; absent when --storage.path is empty. While it is 0, "
            + "a restart loses recent values.",
        new GaugeConfiguration { SuppressInitialValue = true }
    );

    private readonly MomentGauge _lastSave = new(
        registry,
        factory.CreateGauge(
            "sendgrid_exporter_state_last_save_timestamp_seconds",
            "When the state was last saved; 0 before the first save."
        )
    );

    private readonly Counter _failures = factory.CreateCounter(
        "sendgrid_exporter_state_save_failures_total",
        "Attempts to save the state that failed."
    );

    public IReadOnlyList<Collector> All => [_restored, _usable, _lastSave.Gauge, _failures];

    public void Restored(bool restored) => _restored.Set(restored ? 1 : 0);

    public void StoreUsable(bool usable) => _usable.Set(usable ? 1 : 0);

    /// <param name="at">Returns the moment, see <see cref="MomentGauge.Set"/>.</param>
    public void Saved(Func<DateTimeOffset> at) => _lastSave.Set(at);

    public void SaveFailed() => _failures.Inc();
}
