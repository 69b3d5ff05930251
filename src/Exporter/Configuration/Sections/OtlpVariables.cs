using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Exporter.Configuration.Values;
using Exporter.Telemetry;

namespace Exporter.Configuration.Sections;

/// <summary>
/// Reads the OpenTelemetry standard's environment variables: metrics are pushed when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set, traces and
/// logs when they are named (<c>OTEL_TRACES_EXPORTER=otlp</c>) or have an endpoint of their own.
/// </summary>
/// <remarks>
/// A value that cannot be read causes a warning and is ignored: that is the standard's rule, and a variable set for all programs of a
/// machine must not stop one of them. No warning shows the value: it may be a secret.
/// </remarks>
internal static class OtlpVariables
{
    private const string Prefix = "OTEL_EXPORTER_OTLP_";

    private static readonly ValueParser<int> Milliseconds = ValueParsers.WholeNumber(1, int.MaxValue);

    private static readonly ValueParser<string> Attributes = new("name=value,name=value without control characters", AreAttributes);

    public static OtlpOptions Read(ReadContext reading)
    {
        if (Value(reading, "OTEL_SDK_DISABLED", ValueParsers.Flag, out var disabled) && disabled)
        {
            return OtlpOptions.Off;
        }

        // The library reads this variable and silently ignores values that it cannot read; so only the warning is made here.
        _ = Value(reading, "OTEL_RESOURCE_ATTRIBUTES", Attributes, out _);
        var common = Receiver.Read(reading, Prefix);
        return new OtlpOptions
        {
            Metrics = Target(reading, common, "METRICS", isAsked: common.Endpoint is not null),
            Traces = Target(reading, common, "TRACES", isAsked: false),
            Logs = Target(reading, common, "LOGS", isAsked: false),
            Interval = Duration(reading, "OTEL_METRIC_EXPORT_INTERVAL") ?? OtlpOptions.Off.Interval,
        };
    }

    /// <summary>Returns the variables that would be read as these options, without the receivers' secrets.</summary>
    public static IEnumerable<(string Name, string Value)> Write(OtlpOptions options) =>
        [
            .. Write("METRICS", options.Metrics),
            .. Write("TRACES", options.Traces),
            .. Write("LOGS", options.Logs),
            ("OTEL_METRIC_EXPORT_INTERVAL", Written(options.Interval)),
        ];

    /// <summary>Applies the standard's rules: a signal's own variable wins; only a common endpoint gets the signal's path added.</summary>
    private static OtlpTarget? Target(ReadContext reading, Receiver common, string signal, bool isAsked)
    {
        var own = Receiver.Read(reading, $"{Prefix}{signal}_");
        if (!(IsNamed(reading, $"OTEL_{signal}_EXPORTER") ?? (isAsked || own.Endpoint is not null)))
        {
            return null;
        }

        var protocol = own.Protocol ?? common.Protocol ?? OtlpProtocol.HttpProtobuf;
        var target = new OtlpTarget(
            own.Endpoint ?? common.Endpoint ?? new Uri(protocol == OtlpProtocol.Grpc ? "http://localhost:4317" : "http://localhost:4318"),
            protocol,
            own.Headers ?? common.Headers ?? OtlpHeaders.None,
            own.Timeout ?? common.Timeout ?? OtlpTarget.DefaultTimeout
        );
        return own.Endpoint is null ? target.For(signal.ToLowerInvariant()) : target;
    }

    private static IEnumerable<(string Name, string Value)> Write(string signal, OtlpTarget? target)
    {
        yield return ($"OTEL_{signal}_EXPORTER", target is null ? "none" : "otlp");
        if (target is not null)
        {
            yield return ($"{Prefix}{signal}_ENDPOINT", target.Endpoint.AbsoluteUri);
            yield return ($"{Prefix}{signal}_PROTOCOL", OtlpSection.Word(target.Protocol));
            if (!target.Headers.IsEmpty)
            {
                yield return ($"{Prefix}{signal}_HEADERS", target.Headers.ToString());
            }

            yield return ($"{Prefix}{signal}_TIMEOUT", Written(target.Timeout));
        }
    }

    private static string Written(TimeSpan time) => time.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);

    /// <summary>Whether a list of exporters names this program's; <see langword="null"/> when it holds no known name.</summary>
    private static bool? IsNamed(ReadContext reading, string name)
    {
        var words = reading.Variable(name)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        bool Has(string word) => words.Contains(word, StringComparer.OrdinalIgnoreCase);
        if (
            words.Any(static word =>
                !word.Equals("otlp", StringComparison.OrdinalIgnoreCase) && !word.Equals("none", StringComparison.OrdinalIgnoreCase)
            )
        )
        {
            Warn(reading, name, "otlp or none");
        }

        if (Has("otlp"))
        {
            return true;
        }

        return Has("none") ? false : null;
    }

    private static TimeSpan? Duration(ReadContext reading, string name) =>
        Value(reading, name, Milliseconds, out var milliseconds) ? TimeSpan.FromMilliseconds(milliseconds) : null;

    private static bool Value<T>(ReadContext reading, string name, ValueParser<T> kind, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (reading.Variable(name) is not { } text)
        {
            return false;
        }

        // As in the file, a key in a wrong place would end up on a page.
        if ((kind.IsSecret || !MessageText.IsApiKey(text)) && kind.TryRead(text, out value))
        {
            return true;
        }

        Warn(reading, name, kind.Expected);
        return false;
    }

    private static void Warn(ReadContext reading, string name, string expected) =>
        reading.WarnOfVariable(name, $"expected {expected}, found something else, which is ignored");

    private static bool AreAttributes(string text, [MaybeNullWhen(false)] out string value)
    {
        value = text;
        return !text.Any(char.IsControl)
            && text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .All(static pair => pair.Split('=') is [var name, _] && !string.IsNullOrWhiteSpace(name));
    }

    /// <summary>The values of the variables with one prefix; <see langword="null"/> for each that is missing or cannot be read.</summary>
    private sealed record Receiver(Uri? Endpoint, OtlpProtocol? Protocol, OtlpHeaders? Headers, TimeSpan? Timeout)
    {
        public static Receiver Read(ReadContext reading, string prefix) =>
            new(
                Value(reading, $"{prefix}ENDPOINT", OtlpSection.Endpoint, out var endpoint) ? endpoint : null,
                Value(reading, $"{prefix}PROTOCOL", OtlpSection.Protocol, out var protocol) ? protocol : null,
                Value(reading, $"{prefix}HEADERS", OtlpSection.Headers, out var headers) ? headers : null,
                Duration(reading, $"{prefix}TIMEOUT")
            );
    }
}
