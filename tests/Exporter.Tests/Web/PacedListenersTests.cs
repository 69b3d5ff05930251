using System.Net;
using Exporter.Web.Connections;
using Microsoft.AspNetCore.Connections;

namespace Exporter.Tests.Web;

/// <summary>However fast clients come and however slowly connections are closed: there are never more than there may be.</summary>
public sealed class PacedListenersTests
{
    private const int Most = 3;

    private static CancellationToken Stopping => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_accepted_before_a_connection_has_been_closed()
    {
        var flood = new Flood();
        using var paced = new PacedListeners(flood, Most);
        await using var one = await paced.BindAsync(new IPEndPoint(IPAddress.Loopback, 0), Stopping);
        await using var other = await paced.BindAsync(new IPEndPoint(IPAddress.Loopback, 0), Stopping);
        List<ConnectionContext> open =
        [
            (await one.AcceptAsync(Stopping))!,
            (await other.AcceptAsync(Stopping))!,
            (await one.AcceptAsync(Stopping))!,
        ];

        for (var closed = 0; closed < 20; closed++)
        {
            var next = (closed % 2 == 0 ? one : other).AcceptAsync(Stopping).AsTask();
            open[0].Abort();
            Assert.False(next.IsCompleted);
            Assert.Equal(Most, flood.Open);

            await open[0].DisposeAsync();
            await open[0].DisposeAsync();
            open = [.. open.Skip(1), (await next)!];
            Assert.Equal(Most, flood.Open);
        }
    }

    [Fact]
    public async Task A_listener_that_waits_for_a_place_ends_when_the_server_does()
    {
        using var paced = new PacedListeners(new Flood(), most: 1);
        await using var listener = await paced.BindAsync(new IPEndPoint(IPAddress.Loopback, 0), Stopping);
        Assert.NotNull(await listener.AcceptAsync(Stopping));
        var waiting = listener.AcceptAsync(Stopping);

        await listener.UnbindAsync(Stopping);

        Assert.Null(await waiting);
    }

    /// <summary>Somebody always connects.</summary>
    private sealed class Flood : IConnectionListenerFactory
    {
        public int Open { get; private set; }

        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
            new(new Listener(this, endpoint));

        private sealed class Listener(Flood flood, EndPoint endPoint) : IConnectionListener
        {
            public EndPoint EndPoint => endPoint;

            public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
            {
                flood.Open++;
                return new(new Silent(flood));
            }

            public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => default;

            public ValueTask DisposeAsync() => default;
        }

        private sealed class Silent(Flood flood) : DefaultConnectionContext
        {
            private bool _isClosed;

            /// <summary>It ends when it is disposed of, and no sooner.</summary>
            public override void Abort(ConnectionAbortedException abortReason) { }

            public override ValueTask DisposeAsync()
            {
                if (!_isClosed)
                {
                    _isClosed = true;
                    flood.Open--;
                }

                return base.DisposeAsync();
            }
        }
    }
}
