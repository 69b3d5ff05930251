using CsCheck;
using Exporter.Configuration;
using Exporter.SendGrid.Keys;
using Exporter.Telemetry;

namespace Exporter.Tests.Configuration;

public sealed class ConfigurationWriterTests
{
    private const string Odd = "${\"'\\:#- ü\u2028\u200d\ufeffé";

    private static readonly Gen<string> Names = Gen.String[
            Gen.OneOf(Gen.Char[' ', '~'], Gen.Int[0, Odd.Length - 1].Select(static at => Odd[at])),
            1,
            20
        ]
        .Where(static name => !string.IsNullOrWhiteSpace(name));

    [Fact]
    public void What_is_written_of_the_example_says_every_key_that_the_example_says()
    {
        var example = Files.Read(
            File.ReadAllText(Repository.PathTo("deploy/sendgrid-exporter.example.yml"))
                .Replace("${SENDGRID_API_KEY}", "${KEY}", StringComparison.Ordinal)
        );

        Assert.Equal(
            """
            poll:
              interval: 5m
              timeout: 2m
              max_age: 1h
              discovery_interval: 15m
              idle_interval: 5m
            accounts:
              - name: "main"
                api_key: <secret>
                base_url: "https://api.sendgrid.com"
                on_behalf_of: ""
                page_size: 50
                rate:
                  requests_per_second: 3
                  concurrency: 2
                automations:
                  discover: true
                  names: config
                  exclude: []
                  step_stats: true
                  list: []
                single_sends:
                  discover: false
                  max_age: 30d
                  list: []
            history:
              retention: 90d
              max_size: 512MiB
            web:
              grafana_url: ""
            links:
              url: path
              max_per_automation: 2000
              missing_grace: 24h
            log:
              level: info

            """,
            ConfigurationWriter.Write(example.Options!)
        );
    }

    [Theory]
    [InlineData("accounts: [{api_key: '${KEY}'}]\nlog: {level: info}")]
    [InlineData(
        """
            poll: {interval: 90s, timeout: 24h, max_age: 3650d, discovery_interval: 1s, idle_interval: 2m}
            accounts:
              - name: one
                api_key: ${KEY}
                base_url: http://127.0.0.1:8080
                on_behalf_of: sub user
                page_size: 100
                rate: {requests_per_second: 0.123456789, concurrency: 64}
                automations:
                  discover: false
                  names: undocumented-api
                  exclude: [00000000-0000-4000-8000-000000000009]
                  step_stats: false
                  list:
                    - {id: 00000000-0000-4000-8000-000000000001, name: 'null', interval: 1s, steps: [{id: all, name: "day 1"}]}
                    - {id: 00000000-0000-4000-8000-000000000002, interval: 90s}
                single_sends: {discover: true, max_age: 1s, list: [{id: 00000000-0000-4000-8000-000000000003, name: 5}, {id: 00000000-0000-4000-8000-000000000004}]}
              - {name: two, api_key: '${KEY}'}
            history: {retention: 1d, max_size: 1536MiB}
            web: {grafana_url: 'https://grafana.example:3000/sub'}
            links: {url: full, max_per_automation: 1, missing_grace: 25h}
            log: {level: warn}
            otlp: {endpoint: 'https://collector.example/otlp', protocol: http/protobuf, interval: 15s, timeout: 2s, traces: true, max_series: 5000}
            """
    )]
    [InlineData(
        """
            accounts: [{api_key: '${KEY}'}]
            log: {level: debug}
            otlp: {endpoint: 'http://collector:4317/', protocol: grpc, logs: true}
            """
    )]
    public void What_is_written_reads_as_the_same_options_once_the_secret_is_put_back(string text)
    {
        var options = Files.Read(text).Options!;

        var again = Read(ConfigurationWriter.Write(options));

        Assert.Empty(again.Problems);
        Assert.Equivalent(options, again.Options, strict: true);
    }

    [Fact]
    public void Whatever_a_name_holds_it_reads_as_the_same_name() =>
        Names.Sample(name =>
        {
            var options = Files.Read("accounts: [{name: x, api_key: '${KEY}'}]").Options!;
            var named = options with { Accounts = [options.Accounts[0] with { Api = options.Accounts[0].Api with { Name = name } }] };

            Assert.Equal(name, Read(ConfigurationWriter.Write(named)).Options!.Accounts[0].Api.Name);
        });

    private static readonly Gen<(string Name, string Value)[]> OtlpEnvironments = Gen.Select(
        Variables("", OneOf("http://127.0.0.1:4318", "https://Collector.example/otlp/", "https://c.example/%7e/v1/metrics")),
        Variables("METRICS_", OneOf("http://c.example/ingest", "http://c.example/v1/metrics/", "http://127.0.0.1:4318/v1/metrics")),
        Variables("TRACES_", OneOf("http://c.example", "http://127.0.0.1:4318/v1/traces", "http://c.example/v1/metrics")),
        Variables("LOGS_", OneOf("http://c.example:1/x", "http://127.0.0.1:4318/v1/logs")),
        Gen.Select(
            Set("OTEL_METRIC_EXPORT_INTERVAL", OneOf("1", "500", "1000", "1500", "60000", "86400000", "86401000", "2147483647")),
            Set("OTEL_METRICS_EXPORTER", OneOf("otlp", "none", "prometheus")),
            Set("OTEL_TRACES_EXPORTER", OneOf("otlp", "none")),
            Set("OTEL_LOGS_EXPORTER", OneOf("otlp", "none")),
            static ((string, string)[] a, (string, string)[] b, (string, string)[] c, (string, string)[] d) =>
                ((string, string)[])[.. a, .. b, .. c, .. d]
        ),
        static ((string, string)[] a, (string, string)[] b, (string, string)[] c, (string, string)[] d, (string, string)[] e) =>
            ((string, string)[])[.. a, .. b, .. c, .. d, .. e]
    );

    [Fact]
    public void Whatever_the_variables_of_OTLP_say_what_is_written_says_the_same()
    {
        var (asSection, asVariables) = (0, 0);
        OtlpEnvironments.Sample(
            variables =>
            {
                var options = ReadBeside(Files.WithAccount(""), variables);

                var written = ConfigurationWriter.Write(options).Replace(ApiKey.Redacted, "a=1", StringComparison.Ordinal);

                // Without a target the interval means nothing.
                var pushed = options.Otlp is { Metrics: null, Traces: null, Logs: null } ? OtlpOptions.Off : options.Otlp;
                Assert.Equal(pushed, ReadBeside(written, Named(written)).Otlp);
                asSection += written.Contains("\notlp:", StringComparison.Ordinal) ? 1 : 0;
                asVariables += Named(written).Length > 0 ? 1 : 0;
            },
            iter: 2000,
            threads: 1
        );

        Assert.True(asSection > 50 && asVariables > 50, $"{asSection} {asVariables}");
    }

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(at => texts[at]);

    private static Gen<(string Name, string Value)[]> Set(string name, Gen<string> values) =>
        Gen.OneOf(Gen.Const(Array.Empty<(string, string)>()), values.Select(value => ((string, string)[])[(name, value)]));

    private static Gen<(string Name, string Value)[]> Variables(string signal, Gen<string> endpoints) =>
        Gen.Select(
            Set($"OTEL_EXPORTER_OTLP_{signal}ENDPOINT", endpoints),
            Set($"OTEL_EXPORTER_OTLP_{signal}PROTOCOL", OneOf("grpc", "http/protobuf")),
            Set($"OTEL_EXPORTER_OTLP_{signal}HEADERS", Gen.Const("a=1")),
            Set($"OTEL_EXPORTER_OTLP_{signal}TIMEOUT", OneOf("1", "999", "1000", "10000", "600000", "601000", "2147483647")),
            static ((string, string)[] a, (string, string)[] b, (string, string)[] c, (string, string)[] d) =>
                ((string, string)[])[.. a, .. b, .. c, .. d]
        );

    private static ExporterOptions ReadBeside(string text, (string Name, string Value)[] variables) =>
        ConfigurationReader
            .Read(
                "test.yml",
                text.Replace("api_key: a=1", "api_key: ${KEY}", StringComparison.Ordinal),
                name => Files.Environment(name) ?? variables.FirstOrDefault(variable => variable.Name == name).Value
            )
            .Options!;

    /// <summary>The variables that comments name.</summary>
    private static (string Name, string Value)[] Named(string written) =>
        [
            .. written
                .Split('\n')
                .Where(static line => line.StartsWith("# OTEL_", StringComparison.Ordinal))
                .Select(static line => line[2..].Split('=', 2))
                .Select(static pair => (pair[0], pair[1])),
        ];

    [Fact]
    public void No_header_for_a_receiver_is_written()
    {
        var options = Files
            .Read(Files.WithAccount("otlp: {endpoint: 'http://collector:4318', headers: 'authorization=Bearer%20hunter2'}"))
            .Options!;

        var written = ConfigurationWriter.Write(options);

        Assert.Contains("  headers: <secret>\n", written, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", written, StringComparison.Ordinal);
    }

    [Fact]
    public void No_key_is_written_neither_as_a_value_nor_from_its_file()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, Files.Key);
        var options = Files
            .Read($"accounts: [{{name: a, api_key: '{Files.Key}'}}, {{name: b, api_key: '${{KEY}}'}}, {{name: c, api_key_file: {file}}}]")
            .Options!;

        var written = ConfigurationWriter.Write(options);

        Assert.DoesNotContain(Files.Key, written, StringComparison.Ordinal);
        Assert.DoesNotContain(Files.Key[^20..], written, StringComparison.Ordinal);
        Assert.Equal(2, written.Split($"api_key: {ApiKey.Redacted}").Length - 1);
        Assert.Contains($"api_key_file: \"{file}\"", written, StringComparison.Ordinal);
        File.Delete(file);
    }

    private static ConfigurationResult Read(string written) =>
        Files.Read(written.Replace(ApiKey.Redacted, "${KEY}", StringComparison.Ordinal));
}
