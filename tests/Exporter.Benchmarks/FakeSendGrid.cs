using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Exporter.Benchmarks;

/// <summary>
/// As much of the statistics API as a load needs: the links of numbered automations, page by page, with more clicks at each walk. The
/// simulator is believable, and for a million series too slow.
/// </summary>
internal sealed class FakeSendGrid : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Size _size;
    private readonly TimeSpan _latency;
    private readonly (int Requests, TimeSpan Period)? _limit;
    private readonly ConcurrentDictionary<int, int> _walks = new();
    private readonly ConcurrentQueue<long> _arrivals = new();
    private (long Period, int Used) _window;
    private int _refused;

    private FakeSendGrid(WebApplication app, Size size, TimeSpan latency, (int Requests, TimeSpan Period)? limit) =>
        (_app, _size, _latency, _limit) = (app, size, latency, limit);

    public Uri Address => new(_app.Urls.First());

    /// <summary>When requests came, in <see cref="Stopwatch"/> ticks.</summary>
    public IReadOnlyList<long> Arrivals => [.. _arrivals];

    /// <summary>Requests that were answered with 429.</summary>
    public int Refused => _refused;

    /// <param name="size">What there is.</param>
    /// <param name="latency">Each answer takes this long.</param>
    /// <param name="limit">Requests in a period of the clock; the next one is refused. <see langword="null"/> is no limit.</param>
    public static async Task<FakeSendGrid> StartAsync(Size size, TimeSpan latency = default, (int Requests, TimeSpan Period)? limit = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(static kestrel =>
                kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http1)
            );
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        var sendGrid = new FakeSendGrid(app, size, latency, limit);
        app.MapGet("/v3/marketing/stats/automations/{id:guid}/links", sendGrid.LinksAsync);
        await app.StartAsync();
        return sendGrid;
    }

    public static Guid IdOf(int automation) => new(automation, 0, 0x4000, 0x80, 0, 0, 0, 0, 0, 0, 1);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task LinksAsync(HttpContext context)
    {
        _arrivals.Enqueue(Stopwatch.GetTimestamp());
        await Task.Delay(_latency, TimeProvider.System, context.RequestAborted);
        if (_limit is { } limit && !Admit(limit.Requests, (long)limit.Period.TotalSeconds, context.Response))
        {
            return;
        }

        var query = context.Request.Query;
        var automation = (int)BitConverter.ToUInt32(Guid.Parse(context.Request.RouteValues["id"]!.ToString()!).ToByteArray());
        var (size, first) = (int.Parse(query["page_size"]!), query.TryGetValue("page_token", out var token) ? int.Parse(token!) : 0);
        var walk =
            first == 0 ? _walks.AddOrUpdate(automation, 1, static (_, walks) => walks + 1) : _walks.GetOrAdd(automation, static _ => 1);
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(Page(automation, first, size, walk)), context.RequestAborted);
    }

    private bool Admit(int limit, long seconds, HttpResponse response)
    {
        var period = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / seconds;
        int used;
        lock (_walks)
        {
            _window = _window.Period == period ? (period, _window.Used + 1) : (period, 1);
            used = _window.Used;
        }

        response.Headers["X-RateLimit-Limit"] = $"{limit}";
        response.Headers["X-RateLimit-Remaining"] = $"{Math.Max(0, limit - used)}";
        response.Headers["X-RateLimit-Reset"] = $"{(period + 1) * seconds}";
        if (used <= limit)
        {
            return true;
        }

        Interlocked.Increment(ref _refused);
        response.StatusCode = StatusCodes.Status429TooManyRequests;
        return false;
    }

    private string Page(int automation, int first, int size, int walk)
    {
        var json = new StringBuilder("""{"results":[""");
        var end = Math.Min(first + size, _size.LinksPerAutomation);
        for (var link = first; link < end; link++)
        {
            var (step, location) = (link % Size.Steps, link / Size.Steps);
            json.Append(link == first ? "" : ",")
                .Append($$"""{"url":"{{Believable.Url(automation, link)}}","url_location":{{location}},""")
                .Append($"\"step_id\":\"{Believable.StepId(automation, step)}\",\"clicks\":{Believable.Clicks(automation, link) + walk}}}");
        }

        var path = $"{Address}v3/marketing/stats/automations/{IdOf(automation)}/links";
        var next = end < _size.LinksPerAutomation ? $"\"{path}?group_by=step_id&page_size={size}&page_token={end}\"" : "null";
        return json.Append($$"""],"_metadata":{"next":{{next}},"self":"{{path}}","count":{{_size.LinksPerAutomation}}""")
            .Append("}}")
            .ToString();
    }
}
