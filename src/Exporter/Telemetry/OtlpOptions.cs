namespace Exporter.Telemetry;

/// <summary>
/// Which signals are pushed by the OpenTelemetry protocol, and where to. A signal without a target is not pushed and costs nothing.
/// </summary>
internal sealed record OtlpOptions
{
    /// <summary>No signal is pushed.</summary>
    public static readonly OtlpOptions Off = new();

    public OtlpTarget? Metrics { get; init; }

    /// <summary>One span for each poll, with one below it for each request.</summary>
    public OtlpTarget? Traces { get; init; }

    /// <summary>The lines of the log.</summary>
    public OtlpTarget? Logs { get; init; }

    /// <summary>The time between two pushes of the metrics. Default 60 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(60);
}
