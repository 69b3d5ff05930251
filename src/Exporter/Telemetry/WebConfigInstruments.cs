using Prometheus;

namespace Exporter.Telemetry;

/// <summary>The metrics of <c>--web.config.file</c>; absent without one.</summary>
internal sealed class WebConfigInstruments(MetricFactory factory)
{
    private readonly Gauge _successful = factory.CreateGauge(
        "sendgrid_exporter_web_config_last_reload_successful",
        "Whether --web.config.file and the files that it names were valid when they were last read; 0 means that "
            + "their previous content is in force.",
        new GaugeConfiguration { SuppressInitialValue = true }
    );

    private readonly Gauge _notAfter = factory.CreateGauge(
        "sendgrid_exporter_tls_certificate_not_after_timestamp_seconds",
        "When the TLS certificate that the exporter presents to its clients expires.",
        new GaugeConfiguration { SuppressInitialValue = true }
    );

    public IReadOnlyList<Collector> All => [_successful, _notAfter];

    /// <param name="notAfter">The expiry of the certificate in use; <see langword="null"/> without TLS.</param>
    public void Loaded(DateTimeOffset? notAfter)
    {
        _successful.Set(1);
        if (notAfter is { } end)
        {
            _notAfter.Set(end.ToUnixTimeSeconds());
        }
    }

    public void RecordFailure() => _successful.Set(0);
}
