using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Simulator;

/// <summary>
/// Runs Kestrel on one port of 127.0.0.1, without a host around it: no signals, no configuration, no logging.
/// The services that it is made of end with it, its meter above all: a Kestrel that is constructed by hand leaves one
/// behind, and who listens to meters by name looks through all of them.
/// </summary>
internal sealed class HttpListener : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly CancellationTokenSource _stopping = new();
    private int _disposed;

    private HttpListener(int port, IConnectionListenerFactory? listeners)
    {
        // By default it looks for the present directory, which may be gone.
        var builder = WebApplication.CreateEmptyBuilder(new() { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Listen(IPAddress.Loopback, port);
        });
        if (listeners is not null)
        {
            builder.Services.Replace(ServiceDescriptor.Singleton(listeners));
        }

        _services = builder.Services.BuildServiceProvider();
    }

    private IServer Server => _services.GetRequiredService<IServer>();

    public Uri Url => new(Server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());

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
            await listener.Server.StartAsync(new Application(answer, listener._stopping.Token), ct);
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
        await Server.StopAsync(new CancellationToken(canceled: true));
        await _services.DisposeAsync();
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
