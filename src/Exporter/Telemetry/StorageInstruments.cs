using Prometheus;

namespace Exporter.Telemetry;

/// <summary>What is worth telling of the state that is saved under <c>--storage.path</c>.</summary>
internal sealed class StorageInstruments(CollectorRegistry registry, MetricFactory factory)
{
    private readonly Gauge _restored = factory.CreateGauge(
        "sendgrid_exporter_state_restored",
        "Whether the state that a former run saved was found at the start; what of it is younger than poll.max_age is served until fresh "
            + "values are there."
    );

    private readonly Gauge _usable = factory.CreateGauge(
        "sendgrid_exporter_state_usable",
        "Whether the state can be read and saved under --storage.path; absent when nothing is to be kept. While it is 0 a restart loses "
            + "what is new.",
        new GaugeConfiguration { SuppressInitialValue = true }
    );

    private readonly MomentGauge _lastSave = new(
        registry,
        factory.CreateGauge(
            "sendgrid_exporter_state_last_save_timestamp_seconds",
            "When the state was last saved; 0 before the first time."
        )
    );

    private readonly Counter _failures = factory.CreateCounter(
        "sendgrid_exporter_state_save_failures_total",
        "Attempts to save the state that failed."
    );

    public IReadOnlyList<Collector> All => [_restored, _usable, _lastSave.Gauge, _failures];

    public void Restored(bool restored) => _restored.Set(restored ? 1 : 0);

    public void StoreUsable(bool usable) => _usable.Set(usable ? 1 : 0);

    /// <param name="at">Says when, see <see cref="MomentGauge.Set"/>.</param>
    public void Saved(Func<DateTimeOffset> at) => _lastSave.Set(at);

    public void SaveFailed() => _failures.Inc();
}
