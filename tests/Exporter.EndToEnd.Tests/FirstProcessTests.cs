using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Exporter.EndToEnd.Fixtures;

namespace Exporter.EndToEnd;

/// <summary>The program as the first process of a container, which the kernel spares every signal that it does not handle.</summary>
public sealed class FirstProcessTests : IDisposable
{
    private static readonly string[] Container = ["unshare", "--fork", "--pid", "--mount-proc", "--kill-child"];

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    public static TheoryData<string, PosixSignal> Ends { get; } =
        new MatrixTheoryData<string, PosixSignal>(
            ["backfill", "plan", "doctor", "check", "healthcheck"],
            [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT]
        );

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task A_signal_ends_a_command_at_its_work_in_a_container_as_it_does_outside(string command, PosixSignal signal)
    {
        await SkipUnlessRootAsync();

        var outside = await EndAsync([], command, signal);
        var inside = await EndAsync(Container, command, signal);

        var number = signal switch
        {
            PosixSignal.SIGINT => 2,
            PosixSignal.SIGHUP => 1,
            PosixSignal.SIGQUIT => 3,
            _ => 15,
        };
        Assert.Equal(128 + number, outside.ExitCode);
        Assert.Equal(outside, inside);
    }

    [Theory]
    [InlineData(PosixSignal.SIGINT, 130)]
    [InlineData(PosixSignal.SIGTERM, 143)]
    [InlineData(PosixSignal.SIGHUP, 129)]
    public async Task A_signal_ends_a_command_in_a_container_from_its_first_instructions_on(PosixSignal signal, int exitCode)
    {
        await SkipUnlessRootAsync();
        await MakePipeAsync();
        await using var process = Start(Container, ["check", "--config.file=pipe"]);
        var program = await ProgramAsync(process, isInside: true);
        await ChildProcess.HandlesSignalsAsync(program);

        ChildProcess.Send(signal, program);

        Assert.Equal(exitCode, await process.ExitCodeAsync());
    }

    [Fact]
    public async Task A_signal_that_whoever_starts_a_command_ignores_stays_ignored_in_a_container()
    {
        await SkipUnlessRootAsync();
        await MakePipeAsync();
        await using var process = Start([.. Container, "env", "--ignore-signal=HUP"], ["check", "--config.file=pipe"]);
        var program = await ProgramAsync(process, isInside: true);
        await using (await OpenPipeAsync())
        {
            ChildProcess.Send(PosixSignal.SIGHUP, program);
        }

        // The end of an empty file, and not the signal, ended it.
        Assert.Equal(2, await process.ExitCodeAsync());
    }

    /// <summary>Ends a command that waits for something that never comes.</summary>
    /// <returns>Its exit code and the files that it leaves.</returns>
    private async Task<(int ExitCode, string Left)> EndAsync(string[] under, string command, PosixSignal signal)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await MakePipeAsync();
        string[] arguments = command switch
        {
            "backfill" => [command, "--output=past.om"],
            "check" => [command, "--config.file=pipe"],
            "healthcheck" => [command, $"--web.listen-address={silent.LocalEndpoint}"],
            _ => [command],
        };
        await using var process = Start(under, arguments, $"http://{silent.LocalEndpoint}");
        var program = await ProgramAsync(process, under.Length > 0);
        await using IAsyncDisposable work =
            command == "check"
                ? await OpenPipeAsync()
                : new NetworkStream(await silent.AcceptSocketAsync(TestContext.Current.CancellationToken), ownsSocket: true);

        ChildProcess.Send(signal, program);

        var exitCode = await process.ExitCodeAsync();
        var files = Directory.GetFiles(_directory.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal);
        return (exitCode, string.Join(' ', files));
    }

    private ChildProcess Start(string[] under, string[] arguments, string baseUrl = "http://127.0.0.1:1")
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["SENDGRID_API_KEY"] = "SG.a.b",
            ["SENDGRID_BASE_URL"] = baseUrl,
        };
        string[] all = [.. under, ExporterProcess.File, .. arguments];
        return ChildProcess.Start(all[0], all.Skip(1), _directory.Path, environment);
    }

    private static async Task<int> ProgramAsync(ChildProcess process, bool isInside) =>
        isInside ? (await Eventually.GetAsync(() => Task.FromResult(process.ChildId), static id => id is not null))!.Value : process.Id;

    /// <summary>Waits until the program has opened the pipe.</summary>
    private async Task<FileStream> OpenPipeAsync() =>
        await Task.Run(
            () => new FileStream(Path.Combine(_directory.Path, "pipe"), FileMode.Open, FileAccess.Write),
            TestContext.Current.CancellationToken
        );

    private async Task MakePipeAsync()
    {
        await using var made = ChildProcess.Start("sh", ["-c", "test -p pipe || mkfifo pipe"], _directory.Path);
        Assert.Equal(0, await made.ExitCodeAsync());
    }

    private async Task SkipUnlessRootAsync()
    {
        await using var probe = ChildProcess.Start(Container[0], [.. Container.Skip(1), "true"], _directory.Path);
        Assert.SkipUnless(await probe.ExitCodeAsync() == 0, "only root can start a process in a PID namespace of its own");
    }
}
