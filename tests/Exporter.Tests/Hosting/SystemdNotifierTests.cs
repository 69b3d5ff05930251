using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Exporter.Configuration.Reload;
using Exporter.Hosting;
using Exporter.Tests.Web;

namespace Exporter.Tests.Hosting;

/// <summary>What systemd is told, by its protocol: a datagram a message, to the socket that the environment names.</summary>
public sealed class SystemdNotifierTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("se-").FullName;
    private readonly Socket _systemd = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public void Dispose()
    {
        _systemd.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_whole_program_says_when_it_listens_when_it_reloads_and_when_it_ends(bool isAbstract)
    {
        var name = Listen(isAbstract);
        await using (var served = await Served.StartAsync(environment: variable => variable == "NOTIFY_SOCKET" ? name : null))
        {
            Assert.Equal("READY=1", await HearAsync());

            await served.Service<Reloader>().ReloadAsync("test", isAsked: true);

            var reloading = (await HearAsync()).Split('\n');
            Assert.Equal("RELOADING=1", reloading[0]);
            Assert.StartsWith("MONOTONIC_USEC=", reloading[1], StringComparison.Ordinal);
            Assert.InRange(
                long.Parse(reloading[1].Split('=')[1], CultureInfo.InvariantCulture),
                1,
                Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000)
            );
            Assert.Equal("READY=1", await HearAsync());
        }

        Assert.Equal("STOPPING=1", await HearAsync());
        Assert.Equal(0, _systemd.Available);
    }

    [Fact]
    public async Task A_sign_of_life_follows_when_the_watchdog_wants_one()
    {
        var name = Listen(isAbstract: false);
        await using var served = await Served.StartAsync(environment: variable =>
            variable switch
            {
                "NOTIFY_SOCKET" => name,
                "WATCHDOG_USEC" => "120000000",
                _ => null,
            }
        );

        string[] heard = [await HearAsync(), await HearAsync()];
        Assert.Equal(["READY=1", "WATCHDOG=1"], heard.Order(StringComparer.Ordinal));
    }

    /// <summary>
    /// A reload that ends after the stop has begun would call the program ready again, and one before the start too early.
    /// </summary>
    [Fact]
    public void A_reload_says_nothing_before_the_program_is_ready_and_after_it_ends()
    {
        var said = new ConcurrentQueue<string>();
        var notifier = new SystemdNotifier(said.Enqueue);

        notifier.Reloading().Dispose();
        Assert.Empty(said);

        notifier.Ready();
        var late = notifier.Reloading();
        notifier.Stopping();
        late.Dispose();
        notifier.Alive();

        Assert.Equal(["READY=1", "RELOADING=1", "STOPPING=1"], said.Select(static text => text.Split('\n')[0]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("relative")]
    [InlineData("@")]
    [InlineData("vsock:2:1234")]
    [InlineData("/nowhere/notify")]
    [InlineData("@sendgrid-exporter-nobody-listens-here")]
    public void Where_nobody_listens_nothing_happens(string? name)
    {
        var notifier = SystemdNotifier.FromEnvironment(_ => name);

        notifier.Ready();
        notifier.Stopping();
    }

    [Fact]
    public void A_name_that_no_socket_can_have_is_nobody() =>
        SystemdNotifier.FromEnvironment(static _ => "/" + new string('x', 500)).Ready();

    [Theory]
    [InlineData("30000000", null, 30.0)]
    [InlineData("30000000", "7", 30.0)]
    [InlineData("1", "7", 0.000001)]
    [InlineData("30000000", "8", null)]
    [InlineData("0", null, null)]
    [InlineData("-1", null, null)]
    [InlineData("9223372036854775807", null, null)]
    [InlineData("soon", null, null)]
    [InlineData(null, null, null)]
    public void The_watchdog_is_of_this_process_or_of_nobody(string? microseconds, string? process, double? seconds) =>
        Assert.Equal(
            seconds,
            SystemdNotifier
                .Watchdog(
                    name =>
                        name switch
                        {
                            "WATCHDOG_USEC" => microseconds,
                            "WATCHDOG_PID" => process,
                            _ => null,
                        },
                    processId: 7
                )
                ?.TotalSeconds
        );

    private string Listen(bool isAbstract)
    {
        var name = isAbstract ? $"@{Path.GetFileName(_directory)}" : Path.Combine(_directory, "notify");
        _systemd.Bind(new UnixDomainSocketEndPoint(isAbstract ? "\0" + name[1..] : name));
        return name;
    }

    private async Task<string> HearAsync()
    {
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, await _systemd.ReceiveAsync(buffer, TestContext.Current.CancellationToken));
    }
}
