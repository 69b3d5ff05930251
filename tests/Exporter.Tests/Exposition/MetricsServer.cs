using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Exporter.Exposition;
using Exporter.Exposition.Text;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace Exporter.Tests.Exposition;

/// <summary><c>/metrics</c> over HTTP on a free port of 127.0.0.1, of snapshots that a test makes.</summary>
internal sealed class MetricsServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly MetricsPage _page;

    private MetricsServer(WebApplication app, MetricsPage page, SnapshotStore store, Instruments instruments) =>
        (_app, _page, Store, Instruments) = (app, page, store, instruments);

    public SnapshotStore Store { get; }

    public Instruments Instruments { get; }

    public HttpClient Http { get; private set; } = null!;

    public static async Task<MetricsServer> StartAsync(Snapshot snapshot, int maxRequests = 40, TimeProvider? time = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(static kestrel =>
            {
                kestrel.Listen(IPAddress.Loopback, 0);
                // By itself Kestrel gives up clients that do not read, too, but only after some seconds.
                kestrel.Limits.MinResponseDataRate = null;
            });
        // A big buffer of the system would take a whole answer that nobody reads.
        builder.WebHost.UseSockets(static sockets =>
            sockets.CreateBoundListenSocket = static endpoint =>
            {
                var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
                socket.SendBufferSize = 16 * 1024;
                return socket;
            }
        );
        builder.Services.AddRoutingCore();
        var (store, instruments) = (new SnapshotStore(snapshot), new Instruments());
        var page = new MetricsPage(store, instruments, BuildInfo.Current, TimeProvider.System);
        var endpoint = new MetricsEndpoint(page, time ?? TimeProvider.System);
        var places = MetricsEndpoint.Places(maxRequests, time ?? TimeProvider.System);
        var server = new MetricsServer(builder.Build(), page, store, instruments);
        server._app.UseRouting();
        server._app.MapMethods("/metrics", ["GET", "HEAD"], context => places.AnswerAsync(context, endpoint.AnswerAsync));
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        server.Http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(server._app.Urls.Single()) };
        return server;
    }

    /// <summary>Scrapes as a client that takes gzip or not, and one format or the other.</summary>
    public async Task<string> ScrapeAsync(TextFormat format, bool gzip)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "metrics");
        request.Headers.Add("Accept", format == TextFormat.OpenMetrics ? "application/openmetrics-text; version=1.0.0" : "text/plain");
        request.Headers.Add("Accept-Encoding", gzip ? "gzip" : "identity");
        using var response = (await Http.SendAsync(request, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        Assert.Equal(format.ContentType(), response.Content.Headers.ContentType?.ToString());
        Assert.Equal(gzip ? ["gzip"] : [], response.Content.Headers.ContentEncoding);
        Assert.Equal(["Accept", "Accept-Encoding"], response.Headers.Vary);
        await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await using var plain = gzip ? new GZipStream(body, CompressionMode.Decompress) : body;
        using var reader = new StreamReader(plain, Encoding.UTF8);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Sends a request, waits until it is being answered, and does not read the answer.</summary>
    public async Task<Socket> AskAndDoNotReadAsync(string headers)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync("127.0.0.1", Http.BaseAddress!.Port, TestContext.Current.CancellationToken);
        await socket.SendAsync(
            Encoding.ASCII.GetBytes($"GET /metrics HTTP/1.1\r\nHost: exporter\r\n{headers}\r\n"),
            TestContext.Current.CancellationToken
        );
        await socket.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken);
        return socket;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        _page.Dispose();
    }
}

/// <summary>Snapshots in which every number of an automation tells which walk it is of.</summary>
internal static class Walks
{
    private static readonly DateTimeOffset Started = TimeProvider.System.GetUtcNow();

    /// <summary>A snapshot with automations of so many steps and links, none walked yet.</summary>
    public static Snapshot Begin(int automations) =>
        new()
        {
            Accounts =
            [
                new AccountSnapshot
                {
                    Name = "main",
                    Campaigns =
                    [
                        .. Enumerable
                            .Range(0, automations)
                            .Select(static i => new CampaignSnapshot
                            {
                                Kind = CampaignKind.Automation,
                                Id = $"id-{i}",
                                Label = $"automation-{i}",
                                Interval = TimeSpan.FromMinutes(5),
                            }),
                    ],
                },
            ],
        };

    /// <summary>The snapshot after walk number <paramref name="walk"/> of an automation: everything in it counts to that number.</summary>
    public static Snapshot Walk(this Snapshot snapshot, int automation, int walk, int steps = 3, int links = 10)
    {
        var (account, now) = (snapshot.Accounts[0], Started.AddMilliseconds(walk));
        var campaign = account.Campaigns[automation];
        var rows =
            from step in Enumerable.Range(0, steps)
            from link in Enumerable.Range(0, links)
            select Some.Link($"step-{step}", $"{link}", walk, $"https://shop.example/{step}/{link}");
        var after = campaign with
        {
            Health = campaign.Health.Succeeded(now, TimeSpan.Zero, 1),
            Data = new CampaignData
            {
                Links = (campaign.Data?.Links ?? LinkTable.Empty).ApplyWalk([.. rows], new LinksOptions { MaxPerCampaign = 100_000 }, now),
                ReportedClicks = walk,
                Statistics = EmailStatistics.ReuseUnchanged(
                    [
                        .. Enumerable
                            .Range(0, steps)
                            .Select(step => new EmailStatistics(new EmailKey($"step-{step}"), [.. Enumerable.Repeat((long)walk, 12)])),
                    ],
                    campaign.Data?.Statistics ?? []
                ),
            },
        };
        return snapshot with { Accounts = [account with { Campaigns = account.Campaigns.SetItem(automation, after) }] };
    }
}
