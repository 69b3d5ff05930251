namespace Exporter.Telemetry;

/// <summary>The format of log lines.</summary>
internal enum LogFormat
{
    /// <summary><c>ts=… level=info msg="…" account=main</c>.</summary>
    Logfmt,

    /// <summary>The same fields as one JSON object a line.</summary>
    Json,
}
