using Exporter.Telemetry;

namespace Exporter.Configuration;

/// <summary>
/// What the standard's environment variables ask for: metrics when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set, traces and logs when
/// they are asked for by name (<c>OTEL_TRACES_EXPORTER=otlp</c>) or by an endpoint of their own.
/// </summary>
internal static class OtlpVariables
{
    private static readonly Kind<int> Milliseconds = Kinds.WholeNumber(1, int.MaxValue);

    public static OtlpOptions Read(Reading reading)
    {
        if (bool.TryParse(reading.Variable("OTEL_SDK_DISABLED"), out var disabled) && disabled)
        {
            return OtlpOptions.Off;
        }

        var common = reading.Variable("OTEL_EXPORTER_OTLP_ENDPOINT") is not null;
        return new OtlpOptions
        {
            Metrics = IsAsked(reading, "METRICS", common) ? Target(reading, "METRICS") : null,
            Traces = IsAsked(reading, "TRACES", otherwise: false) ? Target(reading, "TRACES") : null,
            Logs = IsAsked(reading, "LOGS", otherwise: false) ? Target(reading, "LOGS") : null,
            Interval = Duration(reading, OtlpOptions.Off.Interval, "OTEL_METRIC_EXPORT_INTERVAL"),
        };
    }

    private static bool IsAsked(Reading reading, string signal, bool otherwise) =>
        reading.Variable($"OTEL_{signal}_EXPORTER") is { } exporters
            ? exporters.Split(',', StringSplitOptions.TrimEntries).Contains("otlp", StringComparer.OrdinalIgnoreCase)
            : otherwise || reading.Variable(Name(signal, "ENDPOINT")) is not null;

    /// <summary>The standard's rules: an own variable of a signal wins; only a common endpoint gets the signal's path.</summary>
    private static OtlpTarget? Target(Reading reading, string signal)
    {
        var protocol = Value(reading, OtlpSection.Protocol, OtlpProtocol.HttpProtobuf, Names(signal, "PROTOCOL"));
        var headers = Value(reading, OtlpSection.Headers, OtlpHeaders.None, Names(signal, "HEADERS"));
        var timeout = Duration(reading, OtlpTarget.DefaultTimeout, Names(signal, "TIMEOUT"));
        var local = new Uri(protocol == OtlpProtocol.Grpc ? "http://localhost:4317" : "http://localhost:4318");
        return reading.Variable(Name(signal, "ENDPOINT")) is not null
            ? new(Value(reading, OtlpSection.Endpoint, local, Name(signal, "ENDPOINT")), protocol, headers, timeout)
            : new OtlpTarget(Value(reading, OtlpSection.Endpoint, local, "OTEL_EXPORTER_OTLP_ENDPOINT"), protocol, headers, timeout)
                .For(signal.ToLowerInvariant());
    }

    private static string[] Names(string signal, string what) => [Name(signal, what), $"OTEL_EXPORTER_OTLP_{what}"];

    private static string Name(string signal, string what) => $"OTEL_EXPORTER_OTLP_{signal}_{what}";

    private static TimeSpan Duration(Reading reading, TimeSpan fallback, params string[] names) =>
        TimeSpan.FromMilliseconds(Value(reading, Milliseconds, (int)fallback.TotalMilliseconds, names));

    /// <summary>The first variable that is set. What it holds is not shown: it may be a secret.</summary>
    private static T Value<T>(Reading reading, Kind<T> kind, T fallback, params string[] names)
    {
        if (names.FirstOrDefault(name => reading.Variable(name) is not null) is not { } name)
        {
            return fallback;
        }

        if (kind.TryRead(reading.Variable(name)!, out var value))
        {
            return value;
        }

        reading.Problem(default, $"the environment variable {name}: expected {kind.Expected}, found something else");
        return fallback;
    }
}
