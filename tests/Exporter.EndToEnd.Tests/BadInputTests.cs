using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Exporter.EndToEnd.Fixtures;

namespace Exporter.EndToEnd;

/// <summary>One clear line each, and the right exit code.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("serve")]
    [InlineData("check")]
    public async Task A_mistake_in_the_configuration_is_named_with_its_place(string command)
    {
        var file = _directory.Write(
            "wrong.yml",
            $"""
            poll:
              intervall: 5m
            accounts:
              - api_key_file: {_directory.Write("key", "SG.any.thing\n")}
                base_url: ftp://shop.example

            """
        );

        var (exitCode, output, error) = await ExporterProcess.RunAsync([command, "--config.file", file]);

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Collection(
            Lines(error),
            line => Assert.StartsWith($"error: {file}:2:3: ", line, StringComparison.Ordinal),
            line => Assert.StartsWith($"error: {file}:5:15: ", line, StringComparison.Ordinal)
        );
        Assert.Contains("interval", Lines(error)[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_file_and_key_the_message_says_both_ways()
    {
        var (exitCode, output, error) = await ExporterProcess.RunAsync([]);

        Assert.Equal((2, ""), (exitCode, output));
        var line = Assert.Single(Lines(error));
        Assert.Contains("--config.file", line, StringComparison.Ordinal);
        Assert.Contains("SENDGRID_API_KEY", line, StringComparison.Ordinal);
        Assert.Contains("SENDGRID_API_KEY_FILE", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--no.such.flag")]
    [InlineData("--web.listen-address=nonsense")]
    [InlineData("--log.level=loud")]
    [InlineData("--web.max-requests=many")]
    [InlineData("serve --demo --no.such.flag")]
    [InlineData("serve --demo --demo.break-after=soon")]
    public async Task A_flag_that_cannot_be_understood_is_named_with_the_usage(string arguments)
    {
        var (exitCode, output, error) = await ExporterProcess.RunAsync(arguments.Split(' '));

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains(arguments.Split(' ')[^1].Split('=')[^1], Lines(error)[0], StringComparison.Ordinal);
        Assert.StartsWith("Usage: sendgrid-exporter ", Lines(error)[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--log.level=loud", "--log.level: expected debug, info, warn or error, found 'loud'")]
    [InlineData("--web.max-requests=99999999999999999999", "--web.max-requests: expected 1 to 10000, found 99999999999999999999")]
    [InlineData("--demo.seed=1.5", "--demo.seed: expected a whole number, found 1.5")]
    public async Task A_flag_says_what_was_expected(string flag, string expected)
    {
        var (exitCode, _, error) = await ExporterProcess.RunAsync(["serve", flag]);

        Assert.Equal((2, expected), (exitCode, Lines(error)[0]));
    }

    [Fact]
    public async Task A_flag_that_comes_from_the_environment_is_told_as_such()
    {
        var (exitCode, _, error) = await ExporterProcess.RunAsync(
            ["check"],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["SENDGRID_EXPORTER_DEMO"] = "maybe" }
        );

        Assert.Equal(2, exitCode);
        Assert.Contains("SENDGRID_EXPORTER_DEMO: --demo: expected true or false, found 'maybe'", Lines(error), StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_bad_variable_of_OpenTelemetry_is_named_and_ignored()
    {
        using var directory = new TemporaryDirectory();
        await using var process = ChildProcess.Start(
            ExporterProcess.File,
            ["serve", "--demo", "--web.listen-address=127.0.0.1:0", "--storage.path="],
            directory.Path,
            new Dictionary<string, string>(StringComparer.Ordinal) { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "collector" }
        );

        await Eventually.TrueAsync(() => process.Error.Contains("msg=Listening.", StringComparison.Ordinal));
        process.Send(PosixSignal.SIGTERM);

        Assert.Equal(0, await process.ExitCodeAsync());
        Assert.Contains(
            process.ErrorLines,
            static line =>
                line.Contains("OTEL_EXPORTER_OTLP_ENDPOINT: expected ", StringComparison.Ordinal)
                && line.Contains("ignored", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_misspelt_command_is_named_first()
    {
        var (exitCode, output, error) = await ExporterProcess.RunAsync(["chekc"]);

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Equal(
            ["Unrecognized command or argument 'chekc'.", "Usage: sendgrid-exporter [command] [flags]; --help lists them."],
            Lines(error)
        );
    }

    [Fact]
    public async Task A_port_in_use_ends_the_program_with_one_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        using var sendGrid = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        sendGrid.Start();

        // What else is starting meanwhile is sometimes further than that, and sometimes not.
        for (var time = 0; time < 10; time++)
        {
            var (exitCode, _, error) = await ExporterProcess.RunAsync(
                [$"--web.listen-address={taken.LocalEndpoint}", "--storage.path="],
                new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["SENDGRID_API_KEY"] = "SG.any.thing",
                    ["SENDGRID_BASE_URL"] = $"http://{sendGrid.LocalEndpoint}",
                }
            );

            Assert.Equal(1, exitCode);
            Assert.Contains($"{taken.LocalEndpoint}", Assert.Single(Lines(error)), StringComparison.Ordinal);
        }

        Assert.False(sendGrid.Pending());
    }

    [Fact]
    public async Task An_address_of_another_machine_ends_the_program_with_one_line()
    {
        // RFC 5737: nobody's address.
        var (exitCode, _, error) = await ExporterProcess.RunAsync(
            ["--web.listen-address=192.0.2.1:10324", "--storage.path="],
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["SENDGRID_API_KEY"] = "SG.any.thing",
                ["SENDGRID_BASE_URL"] = "http://127.0.0.1:1",
            }
        );

        Assert.Equal(1, exitCode);
        Assert.StartsWith("error: cannot listen: 192.0.2.1:10324: ", Assert.Single(Lines(error)), StringComparison.Ordinal);
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
