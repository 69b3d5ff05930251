using Exporter.Configuration;
using Exporter.Telemetry;

namespace Exporter.Tests.Configuration;

public sealed class OtlpVariablesTests
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    [Fact]
    public void Without_variables_nothing_is_pushed() => Assert.Equal(OtlpOptions.Off, Read());

    [Fact]
    public void An_endpoint_pushes_metrics_with_the_standards_defaults()
    {
        var options = Read((Endpoint, "http://collector:4318/"));

        Assert.Equal(
            new OtlpTarget(
                new Uri("http://collector:4318/v1/metrics"),
                OtlpProtocol.HttpProtobuf,
                OtlpHeaders.None,
                TimeSpan.FromSeconds(10)
            ),
            options.Metrics
        );
        Assert.Equal(TimeSpan.FromSeconds(60), options.Interval);
        Assert.Null(options.Traces);
        Assert.Null(options.Logs);
    }

    [Fact]
    public void A_path_of_the_common_endpoint_stands_in_front_of_the_signals() =>
        Assert.Equal(
            new Uri("https://collector.example/otlp/v1/metrics"),
            Read((Endpoint, "https://collector.example/otlp")).Metrics!.Endpoint
        );

    [Fact]
    public void The_variables_of_a_signal_win_and_its_endpoint_is_taken_as_it_is()
    {
        var options = Read(
            (Endpoint, "http://collector:4317"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "a=1"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "2500"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "15000"),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://tempo:4318/here"),
            ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf"),
            ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "b=2,c=%203%3D")
        );

        Assert.Equal((new Uri("http://collector:4317"), OtlpProtocol.Grpc, "a=1", 2500), Shown(options.Metrics!));
        Assert.Equal((new Uri("http://tempo:4318/here"), OtlpProtocol.HttpProtobuf, "b=2,c=%203%3D", 2500), Shown(options.Traces!));
        Assert.Equal(TimeSpan.FromSeconds(15), options.Interval);
    }

    [Theory]
    [InlineData("OTEL_SDK_DISABLED", "true")]
    [InlineData("OTEL_METRICS_EXPORTER", "none")]
    public void It_can_be_switched_off(string name, string value) =>
        Assert.Null(Read((Endpoint, "http://collector:4318"), (name, value)).Metrics);

    [Fact]
    public void Traces_and_logs_are_asked_for_by_name()
    {
        var options = Read((Endpoint, "http://collector:4318"), ("OTEL_TRACES_EXPORTER", "otlp"), ("OTEL_LOGS_EXPORTER", "console, otlp"));

        Assert.Equal("/v1/traces", options.Traces!.Endpoint.AbsolutePath);
        Assert.Equal("/v1/logs", options.Logs!.Endpoint.AbsolutePath);
    }

    /// <summary>Every variable that is read, with a value that can be, and what is left of the options when it cannot.</summary>
    private static readonly string[] Variables =
    [
        "OTEL_SDK_DISABLED",
        "OTEL_METRICS_EXPORTER",
        "OTEL_TRACES_EXPORTER",
        "OTEL_LOGS_EXPORTER",
        "OTEL_METRIC_EXPORT_INTERVAL",
        "OTEL_RESOURCE_ATTRIBUTES",
        .. from prefix in (string[])
            ["OTEL_EXPORTER_OTLP_", "OTEL_EXPORTER_OTLP_METRICS_", "OTEL_EXPORTER_OTLP_TRACES_", "OTEL_EXPORTER_OTLP_LOGS_"]
        from what in (string[])["ENDPOINT", "PROTOCOL", "HEADERS", "TIMEOUT"]
        select prefix + what,
    ];

    private static readonly string[] Nonsense =
    [
        "hunter2",
        "collector:4318/hunter2",
        "http/hunter2",
        "-1hunter2",
        "99999999999999999999 hunter2",
        "hunter2=\u0001",
        "=hunter2",
        "hunter2\0",
        "\ud800hunter2",
        "%hunter2%",
        new string('h', 100_000) + "hunter2",
    ];

    [Fact]
    public void What_cannot_be_read_of_a_variable_is_warned_of_by_its_name_is_ignored_and_is_not_shown() =>
        Assert.All(
            from name in Variables
            from value in Nonsense
            select (name, value),
            each =>
            {
                (string, string)[] others =
                [
                    (Endpoint, "http://collector:4318"),
                    ("OTEL_TRACES_EXPORTER", "otlp"),
                    ("OTEL_LOGS_EXPORTER", "otlp"),
                ];
                var result = Load([(each.name, each.value), .. others]);

                Assert.Empty(result.Problems);
                var warning = Assert.Single(result.Warnings).ToString();
                Assert.StartsWith($"{each.name}: expected ", warning, StringComparison.Ordinal);
                Assert.DoesNotContain("hunter2", warning, StringComparison.Ordinal);
                Assert.Equal(Read([.. others.Where(other => other.Item1 != each.name)]), result.Options!.Otlp);
            }
        );

    [Fact]
    public void A_key_in_an_endpoint_is_not_taken_for_it_would_be_shown() =>
        Assert.Equal(OtlpOptions.Off, Read((Endpoint, $"https://collector.example/{Files.Key}/")));

    [Fact]
    public void A_variable_of_a_signal_that_cannot_be_read_leaves_it_to_the_common_one()
    {
        var options = Load(
            (Endpoint, "http://collector:4318"),
            ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "nowhere"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "7000"),
            ("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "7s")
        ).Options!.Otlp;

        Assert.Equal(new Uri("http://collector:4318/v1/metrics"), options.Metrics!.Endpoint);
        Assert.Equal(TimeSpan.FromSeconds(7), options.Metrics.Timeout);
    }

    [Fact]
    public void Beside_a_file_the_warning_names_the_variable_and_not_the_file()
    {
        var result = ConfigurationReader.Read(
            "test.yml",
            Files.WithAccount(""),
            name => Files.Environment(name) ?? (name is "OTEL_EXPORTER_OTLP_TIMEOUT" ? "10s" : null)
        );

        Assert.StartsWith(
            "OTEL_EXPORTER_OTLP_TIMEOUT: expected a whole number",
            Assert.Single(result.Warnings).ToString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_section_of_the_file_leaves_the_variables_without_a_say()
    {
        var result = ConfigurationReader.Read(
            "test.yml",
            Files.WithAccount("otlp: {endpoint: 'http://from.file:4318'}"),
            name =>
                Files.Environment(name)
                ?? name switch
                {
                    Endpoint => "http://from.variable:4317",
                    "OTEL_EXPORTER_OTLP_PROTOCOL" => "grpc",
                    "OTEL_TRACES_EXPORTER" => "otlp",
                    _ => null,
                }
        );

        Assert.Equal(new Uri("http://from.file:4318/v1/metrics"), result.Options!.Otlp.Metrics!.Endpoint);
        Assert.Null(result.Options.Otlp.Traces);
    }

    [Fact]
    public void Headers_never_show_themselves()
    {
        Assert.True(OtlpHeaders.TryParse("Authorization=Bearer%20hunter2", out var headers));

        Assert.DoesNotContain(
            "hunter2",
            new OtlpTarget(new Uri("http://collector"), OtlpProtocol.Grpc, headers, TimeSpan.Zero).ToString(),
            StringComparison.Ordinal
        );
    }

    private static OtlpOptions Read(params (string Name, string Value)[] variables) => Load(variables).Options!.Otlp;

    private static ConfigurationResult Load(params (string Name, string Value)[] variables) =>
        ConfigurationSource.Load(
            file: null,
            name => name == "SENDGRID_API_KEY" ? Files.Key : variables.FirstOrDefault(variable => variable.Name == name).Value
        );

    private static (Uri, OtlpProtocol, string, int) Shown(OtlpTarget target) =>
        (target.Endpoint, target.Protocol, target.Headers.Encoded(), (int)target.Timeout.TotalMilliseconds);
}
