using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Exporter.Tests.Web;

/// <summary>
/// A small reverse proxy on a free port of 127.0.0.1: what it is asked for under one path it asks the program for under another one.
/// </summary>
internal sealed class PassingProxy : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _inside;

    private PassingProxy(WebApplication app, HttpClient inside) => (_app, _inside) = (app, inside);

    public Uri Address => new(_app.Urls.Single());

    /// <param name="program">Where the program listens; asked at each request, as the proxy may be there before it.</param>
    /// <param name="outside">Empty or <c>/a</c>.</param>
    /// <param name="inside">Empty or <c>/b</c>.</param>
    public static async Task<PassingProxy> StartAsync(Func<Uri> program, string outside, string inside)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var proxy = new PassingProxy(
            builder.Build(),
            new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
        );
        proxy._app.Run(context => proxy.PassAsync(context, program(), outside, inside));
        await proxy._app.StartAsync(TestContext.Current.CancellationToken);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _inside.Dispose();
    }

    private async Task PassAsync(HttpContext context, Uri program, string outside, string inside)
    {
        var path = context.Request.Path.Value!;
        if (!path.StartsWith(outside, StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
            return;
        }

        using var answer = await _inside.GetAsync(
            new Uri(program, inside + path[outside.Length..] + context.Request.QueryString),
            context.RequestAborted
        );
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        context.Response.Headers.Location = answer.Headers.Location?.OriginalString;
        await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
