using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Exporter.Web.Connections;

/// <summary>
/// Stops accepting connections while their number is at its limit, including replaced ones that are not closed yet: each is a file, and a
/// process that cannot open files dies. Clients wait in the system's queue meanwhile, which takes none of our files.
/// </summary>
/// <param name="inner">The real listeners.</param>
/// <param name="most">The largest number of connections at the same time, over all listeners.</param>
internal sealed class PacedListeners(IConnectionListenerFactory inner, int most) : IConnectionListenerFactory, IDisposable
{
    private readonly SemaphoreSlim _places = new(most);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(await inner.BindAsync(endpoint, cancellationToken), _places);

    public void Dispose() => _places.Dispose();

    private sealed class Listener(IConnectionListener inner, SemaphoreSlim places) : IConnectionListener
    {
        private readonly CancellationTokenSource _unbound = new();

        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(_unbound.Token, cancellationToken);
            await places.WaitAsync(ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (ending.IsCancellationRequested)
            {
                // It does not matter whether this call still got a place: nothing more is accepted.
                return null;
            }

            ConnectionContext? accepted = null;
            try
            {
                accepted = await inner.AcceptAsync(cancellationToken);
                return accepted is null ? null : new Connection(accepted, places);
            }
            finally
            {
                if (accepted is null)
                {
                    places.Release();
                }
            }
        }

        public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            await _unbound.CancelAsync();
            await inner.UnbindAsync(cancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            _unbound.Dispose();
        }
    }

    /// <summary>A connection that gives its place back when it is closed.</summary>
    private sealed class Connection(ConnectionContext inner, SemaphoreSlim places) : ConnectionContext
    {
        private bool _isClosed;

        public override string ConnectionId
        {
            get => inner.ConnectionId;
            set => inner.ConnectionId = value;
        }

        public override IFeatureCollection Features => inner.Features;

        public override IDictionary<object, object?> Items
        {
            get => inner.Items;
            set => inner.Items = value;
        }

        public override IDuplexPipe Transport
        {
            get => inner.Transport;
            set => inner.Transport = value;
        }

        public override CancellationToken ConnectionClosed
        {
            get => inner.ConnectionClosed;
            set => inner.ConnectionClosed = value;
        }

        [AllowNull]
        public override EndPoint LocalEndPoint
        {
            get => inner.LocalEndPoint!;
            set => inner.LocalEndPoint = value;
        }

        [AllowNull]
        public override EndPoint RemoteEndPoint
        {
            get => inner.RemoteEndPoint!;
            set => inner.RemoteEndPoint = value;
        }

        public override void Abort(ConnectionAbortedException abortReason) => inner.Abort(abortReason);

        public override void Abort() => inner.Abort();

        public override async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            await base.DisposeAsync();
            if (!Interlocked.Exchange(ref _isClosed, value: true))
            {
                places.Release();
            }
        }
    }
}
