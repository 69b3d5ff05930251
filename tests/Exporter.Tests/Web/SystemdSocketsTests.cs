using System.Net;
using System.Net.Sockets;
using CsCheck;
using Exporter.Web.Connections;

namespace Exporter.Tests.Web;

/// <summary>Sockets that somebody else opened, as systemd passes them.</summary>
public sealed class SystemdSocketsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("se-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("1", "7", "3")]
    [InlineData("3", "7", "3,4,5")]
    public void They_follow_one_another_from_three_on(string number, string process, string descriptors)
    {
        Assert.Null(Read(number, process, out var passed));

        Assert.Equal(descriptors, string.Join(',', passed));
    }

    [Theory]
    [InlineData(null, null, "systemd passed no socket: LISTEN_FDS is not set")]
    [InlineData("", "7", "systemd passed no socket: LISTEN_FDS is not set")]
    [InlineData("0", "7", "systemd passed no socket: LISTEN_FDS is '0'")]
    [InlineData("-1", "7", "systemd passed no socket: LISTEN_FDS is '-1'")]
    [InlineData("many", "7", "systemd passed no socket: LISTEN_FDS is 'many'")]
    [InlineData("2147483647", "7", "systemd passed no socket: LISTEN_FDS is '2147483647'")]
    [InlineData("1", "8", "systemd passed no socket to this process: LISTEN_PID is '8', and this is 7")]
    [InlineData("1", null, "systemd passed no socket to this process: LISTEN_PID is '', and this is 7")]
    public void Without_any_the_error_says_why(string? number, string? process, string problem)
    {
        Assert.StartsWith(problem, Read(number, process, out var passed), StringComparison.Ordinal);

        Assert.Empty(passed);
    }

    [Fact]
    public void Whatever_the_variables_hold_there_are_sockets_or_a_reason_and_not_both() =>
        Gen.Select(Gen.OneOf(Gen.String, Gen.Int.Select(static number => $"{number}")), Gen.OneOf(Gen.String, Gen.Const("7")))
            .Sample(any =>
            {
                var problem = Read(any.Item1, any.Item2, out var passed);
                Assert.Equal(problem is null, passed.Count > 0);
            });

    [Fact]
    public void Only_what_clients_can_be_accepted_at_is_taken()
    {
        using var listening = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen();
        using var connected = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        connected.Connect(listening.LocalEndPoint!);
        using var datagrams = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var file = File.OpenHandle(Path.Combine(_directory, "file"), FileMode.Create, FileAccess.Write);

        Assert.Null(SystemdSockets.TroubleWith((int)listening.Handle));
        Assert.Contains("Accept=no", SystemdSockets.TroubleWith((int)connected.Handle), StringComparison.Ordinal);
        Assert.Contains("ListenStream=", SystemdSockets.TroubleWith((int)datagrams.Handle), StringComparison.Ordinal);
        Assert.Contains("is not a socket", SystemdSockets.TroubleWith((int)file.DangerousGetHandle()), StringComparison.Ordinal);
        Assert.Contains("is not a socket", SystemdSockets.TroubleWith(1_000_000), StringComparison.Ordinal);

        // Having looked at it did it no harm.
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listening.LocalEndPoint!);
    }

    [Fact]
    public async Task All_of_them_answer_and_none_is_closed_or_removed_at_the_end()
    {
        var file = Path.Combine(_directory, "web.sock");
        using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        tcp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        tcp.Listen();
        using var unix = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        unix.Bind(new UnixDomainSocketEndPoint(file));
        unix.Listen();

        await using (
            await Served.StartAsync(host: host => host with { ListenAddresses = [], PassedSockets = [(int)tcp.Handle, (int)unix.Handle] })
        )
        {
            Assert.Contains("200 OK", await AskAsync(tcp.LocalEndPoint!), StringComparison.Ordinal);
            Assert.Contains("200 OK", await AskAsync(unix.LocalEndPoint!), StringComparison.Ordinal);
        }

        // They wait for the next start.
        Assert.True(File.Exists(file));
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(tcp.LocalEndPoint!, TestContext.Current.CancellationToken);
    }

    private static string? Read(string? number, string? process, out IReadOnlyList<int> passed) =>
        SystemdSockets.Read(
            name =>
                name switch
                {
                    "LISTEN_FDS" => number,
                    "LISTEN_PID" => process,
                    _ => null,
                },
            processId: 7,
            out passed
        );

    private static async Task<string> AskAsync(EndPoint endPoint)
    {
        using var client = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(endPoint, TestContext.Current.CancellationToken);
        await client.SendAsync(
            "GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"u8.ToArray(),
            TestContext.Current.CancellationToken
        );
        using var reader = new StreamReader(new NetworkStream(client));
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
