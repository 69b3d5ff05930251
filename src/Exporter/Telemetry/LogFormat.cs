namespace Exporter.Telemetry;

/// <summary>How log lines look.</summary>
internal enum LogFormat
{
    /// <summary><c>ts=… level=info msg="…" account=main</c>.</summary>
    Logfmt,

    /// <summary>The same fields as one JSON object a line.</summary>
    Json,
}
