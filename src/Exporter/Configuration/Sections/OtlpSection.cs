using System.Diagnostics.CodeAnalysis;
using Exporter.Configuration.Values;
using Exporter.Telemetry;

namespace Exporter.Configuration.Sections;

/// <summary>
/// Reads the OTLP receivers from the file; without this section the standard environment variables apply (<see cref="OtlpVariables"/>).
/// </summary>
internal static class OtlpSection
{
    private static readonly OtlpOptions Default = new();

    public static readonly ValueParser<OtlpProtocol> Protocol = ValueParsers.Choice(
        ("grpc", OtlpProtocol.Grpc),
        ("http/protobuf", OtlpProtocol.HttpProtobuf)
    );

    public static readonly ValueParser<Uri> Endpoint = new("an http or https URL without user name, query or fragment", IsEndpoint);

    public static readonly ValueParser<OtlpHeaders> Headers = new(
        "name=value,name=value in printable ASCII, values percent-encoded and without a comma",
        OtlpHeaders.TryParse
    )
    {
        IsSecret = true,
    };

    private static readonly ValueParser<TimeSpan> Interval = ValueParsers.Duration("1s", "24h");

    private static readonly ValueParser<TimeSpan> Timeout = ValueParsers.Duration("1s", "10m");

    public static OtlpOptions Read(Section section)
    {
        var endpoint = section.Required("endpoint", Endpoint);
        var protocol = section.Get("protocol", Protocol, OtlpProtocol.HttpProtobuf);
        var headers = ReadHeaders(section);
        var timeout = section.Get("timeout", Timeout, OtlpTarget.DefaultTimeout);
        var traces = section.Get("traces", ValueParsers.Flag, fallback: false);
        var logs = section.Get("logs", ValueParsers.Flag, fallback: false);
        var options = new OtlpOptions { Interval = section.Get("interval", Interval, Default.Interval) };
        section.Recommend(
            !section.TryGet("max_series", ValueParsers.WholeNumber(2000, 10_000_000), out _),
            $"{section.PathOf("max_series")}: has no effect any more, because all series are pushed; remove it",
            "max_series"
        );
        if (endpoint is null)
        {
            return options;
        }

        var receiver = new OtlpTarget(endpoint, protocol, headers, timeout);
        return options with
        {
            Metrics = receiver.For("metrics"),
            Traces = traces ? receiver.For("traces") : null,
            Logs = logs ? receiver.For("logs") : null,
        };
    }

    private static OtlpHeaders ReadHeaders(Section section)
    {
        var hasValue = section.TryGet("headers", Headers, out var value);
        var hasFile = section.TryGet("headers_file", ValueParsers.FileName, out var file);
        section.Require(
            !(section.Has("headers") && section.Has("headers_file")),
            $"{section.PathOf("headers")}: expected either headers or headers_file, found both",
            "headers",
            "headers_file"
        );
        if (hasValue && !section.IsExpanded("headers"))
        {
            section.Reading.Warn(
                section.PositionOf("headers"),
                $"{section.PathOf("headers")}: this file holds secrets of the receiver; headers_file or ${{NAME}} would keep them out"
            );
        }

        return (hasFile && !section.Has("headers") ? FromFile(section, file!) : value) ?? OtlpHeaders.None;
    }

    /// <summary>
    /// Returns the receiver that this section would have to name for these options; <see langword="null"/> when none would give them:
    /// the variables can say more, such as a receiver for each signal, or a part of a second.
    /// </summary>
    public static OtlpTarget? ReceiverOf(OtlpOptions options) =>
        options.Metrics is { } metrics
        && metrics.Common("metrics") is { } receiver
        && (options.Traces is null || options.Traces == receiver.For("traces"))
        && (options.Logs is null || options.Logs == receiver.For("logs"))
        && IsExact(Interval, options.Interval)
        && IsExact(Timeout, receiver.Timeout)
            ? receiver
            : null;

    public static string Word(OtlpProtocol protocol) => protocol == OtlpProtocol.Grpc ? "grpc" : "http/protobuf";

    private static bool IsExact(ValueParser<TimeSpan> kind, TimeSpan value) =>
        kind.TryRead(Durations.Format(value), out var read) && read == value;

    private static OtlpHeaders? FromFile(Section section, string file)
    {
        var content = section.Reading.ReadFile(file);
        var text = content.StrictText(out var reason);
        if (text is not null && OtlpHeaders.TryParse(text, out var headers))
        {
            return headers;
        }

        section.AddFileProblem("headers_file", file, content, text is null ? reason : $"it does not hold {Headers.Expected}");
        return null;
    }

    private static bool IsEndpoint(string text, [MaybeNullWhen(false)] out Uri value) =>
        ValueParsers.WebAddress.TryRead(text, out value) && value is not null;
}
