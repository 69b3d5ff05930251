using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Exporter.Network;
using Exporter.Tests.VirtualTime;

namespace Exporter.Tests.Network;

[Collection(nameof(OnVirtualTime))]
public sealed class ConnectorTests
{
    private readonly VirtualClock _clock = new();
    private readonly ConcurrentQueue<IPEndPoint> _tried = new();

    [Fact]
    public async Task A_name_whose_first_address_is_dead_is_connected_by_the_second()
    {
        var connector = To(
            ["2001:db8::1", "2001:db8::2", "192.0.2.1"],
            static address => address.AddressFamily == AddressFamily.InterNetwork
        );

        await using var stream = await ConnectAsync(connector, "api.example");

        Assert.Equal(ConnectionRace.HeadStart, _clock.Elapsed);
        Assert.Equal(["2001:db8::1", "192.0.2.1"], _tried.Select(static to => to.Address.ToString()));
    }

    [Fact]
    public async Task A_name_of_dead_addresses_only_is_given_up_at_the_deadline()
    {
        var connector = To(["2001:db8::1", "192.0.2.1", "192.0.2.2"], static _ => false);

        Assert.Equal(
            SocketError.TimedOut,
            (await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(connector, "api.example"))).SocketErrorCode
        );
        Assert.Equal(Connector.Within, _clock.Elapsed);
    }

    [Fact]
    public async Task A_resolver_that_hangs_is_left_behind_at_the_deadline()
    {
        var connector = new Connector(static (_, _) => new TaskCompletionSource<IPAddress[]>().Task, ConnectedAsync, _clock);

        Assert.Equal(
            SocketError.TryAgain,
            (await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(connector, "api.example"))).SocketErrorCode
        );
        Assert.Equal(Connector.Within, _clock.Elapsed);
    }

    [Fact]
    public async Task Who_gives_up_before_the_deadline_is_told_so()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1), _clock);
        var connector = To(["192.0.2.1"], static _ => false);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            _clock.UntilAsync(connector.ConnectAsync(new DnsEndPoint("api.example", 443), patience.Token).AsTask())
        );

        Assert.Equal(TimeSpan.FromSeconds(1), _clock.Elapsed);
    }

    [Theory]
    [MemberData(nameof(LoopbackTests.Own), MemberType = typeof(LoopbackTests))]
    public async Task This_machine_is_connected_on_its_own_addresses_only_whatever_a_resolver_says(string host)
    {
        // Whoever answers for the name has a server of his own in mind.
        var connector = To(["192.0.2.66", "2001:db8::66"], static _ => true);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            await using var stream = await ConnectAsync(connector, new Uri($"http://{host}:8025").IdnHost);
        }

        Assert.All(_tried, static to => Assert.True(IPAddress.IsLoopback(to.Address), $"{to}"));
        Assert.NotEmpty(_tried);
    }

    [Fact]
    public async Task A_name_of_this_machine_has_both_families()
    {
        var connector = To([], static address => address.AddressFamily == AddressFamily.InterNetwork);

        await using var stream = await ConnectAsync(connector, "localhost");

        Assert.Equal([IPAddress.IPv6Loopback, IPAddress.Loopback], _tried.Select(static to => to.Address));
    }

    /// <summary>A connector whose resolver says these addresses, of which some answer and the others swallow packets.</summary>
    private Connector To(string[] addresses, Func<IPAddress, bool> answers) =>
        new(
            (_, _) => Task.FromResult(addresses.Select(IPAddress.Parse).ToArray()),
            async (to, cancellation) =>
            {
                _tried.Enqueue(to);
                await Task.Delay(answers(to.Address) ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, _clock, cancellation);
                return new MemoryStream();
            },
            _clock
        );

    private static Task<Stream> ConnectedAsync(IPEndPoint to, CancellationToken cancellation) =>
        Task.FromResult<Stream>(new MemoryStream());

    private Task<Stream> ConnectAsync(Connector connector, string host) =>
        _clock.UntilAsync(connector.ConnectAsync(new DnsEndPoint(host, 8025), TestContext.Current.CancellationToken).AsTask());
}
