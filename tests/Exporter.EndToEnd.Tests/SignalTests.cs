using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Exporter.EndToEnd.Fixtures;
using Simulator;

namespace Exporter.EndToEnd;

/// <summary>Signals from the first instruction of the program to its last.</summary>
public sealed class SignalTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    /// <param name="signals">The second one finds the program in the middle of its stop.</param>
    [Theory]
    [InlineData(PosixSignal.SIGTERM, PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGINT, PosixSignal.SIGINT)]
    [InlineData(PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGINT)]
    [InlineData(PosixSignal.SIGHUP, PosixSignal.SIGINT, PosixSignal.SIGTERM)]
    public async Task A_signal_ends_the_program_cleanly_in_whatever_phase_of_its_start_it_comes(params PosixSignal[] signals)
    {
        (string Name, Func<ChildProcess, bool> HasCome)[] phases =
        [
            ("its first instructions", static _ => true),
            ("it makes its store", _ => Directory.Exists(In("data"))),
            ("it has opened its store", _ => File.Exists(In("data/history.db"))),
            ("it listens", static process => process.Error.Contains("msg=Listening.", StringComparison.Ordinal)),
        ];
        foreach (var (name, hasCome) in phases)
        {
            if (Directory.Exists(In("data")))
            {
                Directory.Delete(In("data"), recursive: true);
            }

            await using var process = ChildProcess.Start(
                ExporterProcess.File,
                ["--demo", "--web.listen-address=127.0.0.1:0", "--storage.path=data"],
                _directory.Path
            );
            await ChildProcess.HandlesSignalsAsync(process.Id);
            await Eventually.TrueAsync(() => hasCome(process));

            Array.ForEach(signals, process.Send);

            Assert.Equal(
                (name, 0, ""),
                (
                    name,
                    await process.ExitCodeAsync(),
                    string.Concat(process.ErrorLines.Where(static line => !line.Contains(" level=", StringComparison.Ordinal)))
                )
            );
        }
    }

    [Fact]
    public async Task A_hangup_at_the_first_instruction_is_a_reload_as_soon_as_there_is_something_to_reload()
    {
        await using var process = ChildProcess.Start(ExporterProcess.File, ["--demo", "--web.listen-address=127.0.0.1:0"], _directory.Path);
        await ChildProcess.HandlesSignalsAsync(process.Id);

        process.Send(PosixSignal.SIGHUP);

        await Eventually.TrueAsync(() => process.Error.Contains("because=SIGHUP", StringComparison.Ordinal));
        process.Send(PosixSignal.SIGTERM);
        Assert.Equal(0, await process.ExitCodeAsync());
    }

    [Fact]
    public async Task A_command_that_is_no_service_ends_by_a_signal_as_every_tool_does()
    {
        var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var _ = silent;
        foreach (
            var (signal, exitCode) in ((PosixSignal, int)[])
                [(PosixSignal.SIGTERM, 143), (PosixSignal.SIGINT, 130), (PosixSignal.SIGHUP, 129)]
        )
        {
            var environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["SENDGRID_API_KEY"] = "SG.a.b",
                ["SENDGRID_BASE_URL"] = $"http://{silent.LocalEndpoint}",
            };
            await using var process = ChildProcess.Start(ExporterProcess.File, ["doctor"], _directory.Path, environment);
            using var asked = await silent.AcceptTcpClientAsync(TestContext.Current.CancellationToken);

            process.Send(signal);

            Assert.Equal(exitCode, await process.ExitCodeAsync());
        }
    }

    /// <summary>A shell stops its script at a program that a signal ended, and goes on after one that only has such an exit code.</summary>
    [Theory]
    [InlineData(PosixSignal.SIGTERM, "Terminated")]
    [InlineData(PosixSignal.SIGHUP, "Hangup")]
    public async Task A_shell_sees_that_a_signal_ended_a_command(PosixSignal signal, string told)
    {
        await MakePipeAsync("config.yml");
        await using var shell = ChildProcess.Start(
            "sh",
            ["-c", $"'{ExporterProcess.File}' check --config.file=config.yml; :"],
            _directory.Path
        );
        await using var pipe = await Task.Run(
            () => new FileStream(In("config.yml"), FileMode.Open, FileAccess.Write),
            TestContext.Current.CancellationToken
        );

        ChildProcess.Send(signal, shell.ChildId!.Value);

        Assert.Equal(0, await shell.ExitCodeAsync());
        Assert.StartsWith(told, shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_that_hangs_beside_a_client_that_is_slow_does_not_keep_the_program()
    {
        using var receiver = new TcpListener(IPAddress.Loopback, 0);
        receiver.Start();
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://{receiver.LocalEndpoint}",
            ["OTEL_TRACES_EXPORTER"] = "otlp",
            ["OTEL_LOGS_EXPORTER"] = "otlp",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
        };
        await using var exporter = await ExporterProcess.StartAsync(_directory, ["--demo"], environment);
        using var pushing = await receiver.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        using var client = new TcpClient();
        await client.ConnectAsync(exporter.Address.Host, exporter.Address.Port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync("GET /metrics HTTP/1.1\r\n"u8.ToArray(), TestContext.Current.CancellationToken);

        Assert.Equal(0, await exporter.StopAsync());
    }

    [Fact]
    public async Task A_configuration_in_a_pipe_that_nobody_writes_holds_up_no_signal()
    {
        await MakePipeAsync("config.yml");
        await using var process = ChildProcess.Start(ExporterProcess.File, ["--config.file=config.yml"], _directory.Path);
        await ChildProcess.HandlesSignalsAsync(process.Id);

        process.Send(PosixSignal.SIGTERM);

        Assert.Equal(0, await process.ExitCodeAsync());
    }

    [Fact]
    public async Task A_configuration_and_its_key_may_come_from_pipes_and_are_in_use_after_a_hangup_too()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Sized(1, 1, 2));
        var account = sendGrid.World.Accounts[0];
        await MakePipeAsync("key");
        await MakePipeAsync("config.yml");
        _directory.Write("config", $"poll: {{interval: 1s}}\naccounts: [{{api_key_file: key, base_url: '{sendGrid.BaseUrl}'}}]");
        _directory.Write("secret", account.ApiKey);
        await using var writing = ChildProcess.Start("sh", ["-c", "cat config > config.yml; cat secret > key"], _directory.Path);
        await using var exporter = await ExporterProcess.StartAsync(_directory, ["--config.file=config.yml"]);
        Assert.Equal(0, await writing.ExitCodeAsync());

        await Eventually.TrueAsync(async () => (await exporter.ScrapeAsync())["sendgrid_automation_up"].Any(static up => up.Value == 1));
        exporter.Send(PosixSignal.SIGHUP);
        await Eventually.TrueAsync(() => exporter.Error.Contains("because=SIGHUP", StringComparison.Ordinal));

        Assert.Equal(
            [
                "warning: config.yml: a pipe, so it was read once and is not watched; new content needs a restart",
                "warning: key: a pipe, so it was read once and is not watched; new content needs a restart",
            ],
            exporter.Complaints.Order(StringComparer.Ordinal)
        );
        Assert.Equal(0, await exporter.StopAsync());
    }

    private async Task MakePipeAsync(string name)
    {
        await using var made = ChildProcess.Start("mkfifo", [name], _directory.Path);
        Assert.Equal(0, await made.ExitCodeAsync());
    }

    private string In(string name) => Path.Combine(_directory.Path, name);
}
