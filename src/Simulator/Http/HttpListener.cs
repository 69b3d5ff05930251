using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Simulator;

/// <summary>Runs Kestrel on one port of 127.0.0.1, without a host around it: no signals, no configuration, no logging.</summary>
internal sealed class HttpListener : IAsyncDisposable
{
    private readonly KestrelServer _server;
    private readonly CancellationTokenSource _stopping = new();
    private int _disposed;

    private HttpListener(int port, IConnectionListenerFactory? listeners)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Listen(IPAddress.Loopback, port);
        _server = new(
            Options.Create(options),
            listeners ?? new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance),
            NullLoggerFactory.Instance
        );
    }

    public Uri Url => new(_server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());

    public static async Task<HttpListener> StartAsync(
        int port,
        IConnectionListenerFactory? listeners,
        Func<HttpContext, CancellationToken, Task> answer,
        CancellationToken ct
    )
    {
        var listener = new HttpListener(port, listeners);
        try
        {
            await listener._server.StartAsync(new Application(answer, listener._stopping.Token), ct);
            return listener;
        }
        catch
        {
            await listener.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the server without waiting for answers that are still in flight; hanging ones end here.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        await _stopping.CancelAsync();
        await _server.StopAsync(new CancellationToken(canceled: true));
        _server.Dispose();
        _stopping.Dispose();
    }

    private sealed class Application(Func<HttpContext, CancellationToken, Task> answer, CancellationToken stopping)
        : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public async Task ProcessRequestAsync(HttpContext context)
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, context.RequestAborted);
            try
            {
                await answer(context, ending.Token);
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                context.Abort();
            }
        }

        public void DisposeContext(HttpContext context, Exception? exception) { }
    }
}
