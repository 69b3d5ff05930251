using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Exporter.EndToEnd.Fixtures;

/// <summary>
/// Stands between a Prometheus and an exporter and asks for another format than Prometheus would: which one, old versions cannot be told.
/// </summary>
internal sealed class AcceptProxy : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http = new(
        new SocketsHttpHandler { UseProxy = false, AutomaticDecompression = DecompressionMethods.None }
    );

    private AcceptProxy(Uri exporter, string accept)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(context => PassOnAsync(context, new Uri(exporter, "metrics"), accept));
    }

    public Uri Address => new(_app.Urls.Single());

    /// <summary>The content type of the last answer.</summary>
    public string? ContentType { get; private set; }

    public static async Task<AcceptProxy> StartAsync(Uri exporter, string accept)
    {
        var proxy = new AcceptProxy(exporter, accept);
        await proxy._app.StartAsync(TestContext.Current.CancellationToken);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task PassOnAsync(HttpContext context, Uri metrics, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, metrics);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", context.Request.Headers.AcceptEncoding.ToString());
        using var response = await _http.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = ContentType = response.Content.Headers.ContentType?.ToString();
        context.Response.Headers.ContentEncoding = response.Content.Headers.ContentEncoding.ToArray();
        await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
