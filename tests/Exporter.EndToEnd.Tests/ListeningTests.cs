using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Exporter.EndToEnd.Fixtures;

namespace Exporter.EndToEnd;

/// <summary>Where the built program listens and how it is reached.</summary>
public sealed class ListeningTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private string SocketFile => Path.Combine(_directory.Path, "web.sock");

    [Theory]
    [InlineData(
        "--web.listen-address=sendgrid-exporter.invalid:0",
        "error: cannot listen: sendgrid-exporter.invalid:0: that name has no address"
    )]
    [InlineData("--web.systemd-socket", "error: cannot listen: --web.systemd-socket: systemd passed no socket: LISTEN_FDS is not set")]
    [InlineData(
        "--web.listen-address=unix:/nowhere/web.sock",
        "error: cannot listen: unix:/nowhere/web.sock: there is no directory /nowhere"
    )]
    public async Task Where_nobody_can_listen_is_an_error_that_says_why(string flag, string told)
    {
        var (exitCode, _, error) = await ExporterProcess.RunAsync(["--demo", "--storage.path=", flag]);

        Assert.Equal(1, exitCode);
        Assert.Contains(told, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--web.listen-address=unix:web.sock")]
    [InlineData("--web.route-prefix=/a?b")]
    [InlineData("--web.external-url=https://me:hush-hush@example.com")]
    public async Task A_place_that_cannot_be_is_a_bad_flag(string flag)
    {
        var (exitCode, _, error) = await ExporterProcess.RunAsync(["--demo", flag]);

        Assert.Equal(2, exitCode);
        Assert.Contains("expected", error, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:{0}", "127.0.0.1:{0}")]
    [InlineData("localhost:{0}", "127.0.0.1:{0}")]
    [InlineData("127.0.0.1:{0}", ":{0}")]
    [InlineData("0.0.0.0:{0}", "localhost:{0}")]
    public async Task Addresses_that_overlap_are_one_listener(params string[] addresses)
    {
        var port = FreePort.Find();
        await using var process = ChildProcess.Start(
            ExporterProcess.File,
            [
                "--demo",
                "--storage.path=",
                .. addresses.Select(address => $"--web.listen-address={address}".Replace("{0}", $"{port}", StringComparison.Ordinal)),
            ],
            _directory.Path
        );
        await Eventually.TrueAsync(() => process.HasExited || process.Error.Contains("msg=Listening.", StringComparison.Ordinal));

        Assert.Equal((0, "healthy\n", ""), await ExporterProcess.RunAsync(["healthcheck", $"--web.listen-address=127.0.0.1:{port}"]));
        process.Send(PosixSignal.SIGTERM);
        Assert.Equal(0, await process.ExitCodeAsync());
    }

    [Fact]
    public async Task By_its_environment_alone_healthcheck_finds_the_program_at_a_name_under_a_prefix()
    {
        await using var exporter = await ExporterProcess.StartAsync(
            _directory,
            ["--demo", "--web.external-url=https://x.example/sendgrid"],
            listenAddress: "localhost:0"
        );
        Assert.Equal("/sendgrid/", exporter.Address.AbsolutePath);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["SENDGRID_EXPORTER_WEB_LISTEN_ADDRESS"] = $"localhost:{exporter.Address.Port}",
            ["SENDGRID_EXPORTER_WEB_EXTERNAL_URL"] = "https://x.example/sendgrid",
        };

        await Eventually.TrueAsync(async () => await ExporterProcess.RunAsync(["healthcheck"], environment) is (0, "healthy\n", ""));
        Assert.Equal(HttpStatusCode.OK, await exporter.StatusAsync("metrics"));
        Assert.Contains("https://x.example/sendgrid/metrics", exporter.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Curl_asks_through_a_unix_socket_and_a_killed_program_leaves_none_in_the_way()
    {
        new Tool("curl").Require();
        string[] arguments = ["--demo", "--storage.path=", $"--web.listen-address=unix:{SocketFile}"];
        await using (var first = await ExporterProcess.StartAsync(_directory, arguments))
        {
            Assert.Contains("OK: all poll loops are running.", await CurlAsync("/-/healthy"), StringComparison.Ordinal);
            first.Process.Kill();
            await first.Process.ExitCodeAsync();
        }

        Assert.True(File.Exists(SocketFile));
        await using var second = await ExporterProcess.StartAsync(_directory, arguments);
        Assert.Contains("OK: all poll loops are running.", await CurlAsync("/-/healthy"), StringComparison.Ordinal);
        await Eventually.TrueAsync(async () => await ExporterProcess.RunAsync(["healthcheck", arguments[^1]]) is (0, "healthy\n", ""));
        var (exitCode, _, error) = await ExporterProcess.RunAsync(arguments);
        Assert.Equal(1, exitCode);
        Assert.Contains(
            $"error: cannot listen: unix:{SocketFile}: another process listens there already\n",
            error,
            StringComparison.Ordinal
        );
        Assert.Contains("OK: all poll loops are running.", await CurlAsync("/-/healthy"), StringComparison.Ordinal);

        Assert.Equal(0, await second.StopAsync());
        Assert.False(File.Exists(SocketFile));
    }

    /// <summary>The tool opens the sockets, waits for the first client and then becomes the program, as systemd does.</summary>
    [Fact]
    public async Task Sockets_that_systemd_passes_are_listened_at_instead_of_the_address_and_stay()
    {
        new Tool("systemd-socket-activate").Require();
        var address = new IPEndPoint(IPAddress.Loopback, FreePort.Find());
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["SYSTEMD_LOG_LEVEL"] = "err" };
        var starting = ExporterProcess.StartAsync(
            _directory,
            ["--demo", "--storage.path=", "--web.systemd-socket"],
            environment,
            listenAddress: "192.0.2.1:1",
            under: ["systemd-socket-activate", "-E", "DOTNET_ROOT", "-l", address.ToString(), "-l", SocketFile]
        );
        using var client = await Eventually.GetAsync(() => ConnectAsync(address), socket => socket is not null || starting.IsCompleted);
        await using var exporter = await starting;

        Assert.Equal(address.Port, exporter.Address.Port);
        Assert.Equal(HttpStatusCode.OK, await exporter.StatusAsync("-/healthy"));
        Assert.Contains("OK: all poll loops are running.", await CurlAsync("/-/healthy"), StringComparison.Ordinal);
        await Eventually.TrueAsync(async () =>
            await ExporterProcess.RunAsync(["healthcheck", $"--url={exporter.Address}"]) is (0, "healthy\n", "")
        );

        Assert.Equal(0, await exporter.StopAsync());
        Assert.True(File.Exists(SocketFile));
    }

    [Fact]
    public async Task Systemd_is_told_when_the_program_listens_reloads_and_ends()
    {
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        var name = Path.Combine(_directory.Path, "notify");
        systemd.Bind(new UnixDomainSocketEndPoint(name));
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["NOTIFY_SOCKET"] = name };
        await using var exporter = await ExporterProcess.StartAsync(_directory, ["--demo"], environment);
        Assert.Equal("READY=1", await HearAsync(systemd));

        exporter.Send(PosixSignal.SIGHUP);
        Assert.StartsWith("RELOADING=1\nMONOTONIC_USEC=", await HearAsync(systemd), StringComparison.Ordinal);
        Assert.Equal("READY=1", await HearAsync(systemd));

        Assert.Equal(0, await exporter.StopAsync());
        Assert.Equal("STOPPING=1", await HearAsync(systemd));
    }

    private static async Task<Socket?> ConnectAsync(IPEndPoint address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address, TestContext.Current.CancellationToken);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    private static async Task<string> HearAsync(Socket systemd)
    {
        using var hang = new CancellationTokenSource(Eventually.Patience, TimeProvider.System);
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, await systemd.ReceiveAsync(buffer, hang.Token));
    }

    private async Task<string> CurlAsync(string path)
    {
        new Tool("curl").Require();
        await using var curl = ChildProcess.Start(
            "curl",
            [
                "--silent",
                "--show-error",
                "--max-time",
                $"{Eventually.Patience.TotalSeconds}",
                "--unix-socket",
                SocketFile,
                $"http://localhost{path}",
            ],
            _directory.Path
        );
        await curl.ExitCodeAsync();
        return curl.Output + curl.Error;
    }
}
