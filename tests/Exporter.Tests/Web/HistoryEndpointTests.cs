using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Exporter.History;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Tests.History;
using Exporter.Web;
using Exporter.Web.Connections;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Tests.Web;

/// <summary>The history over HTTP, whatever is asked for.</summary>
public sealed class HistoryEndpointTests : IAsyncLifetime
{
    private const int Hours = 400,
        Links = 200;

    private static readonly DateTimeOffset Begin = TimeProvider.System.GetUtcNow().AddHours(-Hours);

    private readonly string _path = Directory.CreateTempSubdirectory("sendgrid-exporter-").FullName;
    private SavedState _history = null!;
    private WebApplication _app = null!;
    private HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        var campaign = StoreTools.Campaign("a", Begin, [.. new long[Links]]);
        using (var database = HistoryDatabase.Open(Path.Combine(_path, "history.db")))
        {
            database.Save(StoreTools.Of(campaign), Begin);
        }

        StoreTools.Execute(
            Path.Combine(_path, "history.db"),
            $"WITH RECURSIVE hour(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM hour WHERE n < {Hours}) INSERT INTO change SELECT id, "
                + "first_seen + n * 3600000, n FROM series, hour"
        );
        _history = new SavedState(_path, new HistoryOptions(), new Instruments().Storage, TimeProvider.System, NullLogger.Instance);
        _history.Restore([StoreTools.Main], CancellationToken.None);
        var endpoint = new HistoryEndpoint(_history, new SnapshotStore(StoreTools.Of(campaign)), TimeProvider.System);
        var places = HistoryEndpoint.Places(TimeProvider.System);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(static kestrel =>
            {
                KestrelLimits.Apply(kestrel);
                kestrel.Listen(IPAddress.Loopback, 0);
            });
        builder.WebHost.UseSockets(static sockets =>
            sockets.CreateBoundListenSocket = static at =>
            {
                var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(at);
                socket.SendBufferSize = 16 * 1024;
                return socket;
            }
        );
        builder.Services.AddRoutingCore();
        _app = builder.Build();
        _app.UseRouting();
        _app.MapMethods("/api/v1/history", ["GET", "HEAD"], context => places.AnswerAsync(context, endpoint.AnswerAsync));
        await _app.StartAsync();
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        _history.Dispose();
        Directory.Delete(_path, recursive: true);
    }

    [Fact]
    public async Task Each_link_comes_with_the_last_change_of_each_step()
    {
        var from = Begin.AddHours(10).ToUnixTimeMilliseconds() / 1000d;
        using var answer = await AskAsync($"automation=a&from={from}&to={from + (50 * 3600)}&step=10h");

        var links = answer.RootElement.GetProperty("links").EnumerateArray().ToList();
        Assert.Equal(
            (Links, true, 36_000),
            (links.Count, answer.RootElement.GetProperty("kept").GetBoolean(), answer.RootElement.GetProperty("step").GetInt32())
        );
        Assert.Equal(
            Enumerable.Range(0, Links).Select(place => $"{place}"),
            links.Select(link => link.GetProperty("url_location").GetString())
        );
        Assert.All(
            links,
            link =>
                Assert.Equal(
                    [10, 20, 30, 40, 50, 60],
                    link.GetProperty("clicks").EnumerateArray().Select(change => change.GetProperty("total").GetInt32())
                )
        );
    }

    [Fact]
    public async Task Without_a_step_a_week_of_hours_comes_whole()
    {
        using var answer = await AskAsync("automation=a");

        Assert.All(
            answer.RootElement.GetProperty("links").EnumerateArray(),
            link => Assert.InRange(link.GetProperty("clicks").GetArrayLength(), 168, 170)
        );
    }

    /// <summary>Of names, ranges and steps in any mixture.</summary>
    [Fact]
    public async Task No_question_is_answered_500()
    {
        string[] words =
        [
            "",
            "a",
            "A",
            "b",
            "0",
            "1",
            "-1",
            "1.5",
            "1e9",
            "NaN",
            "-Infinity",
            "∞",
            "253402300799",
            "253402300800",
            "0001-01-02T00:00:00Z",
            "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59Z",
            "9999-12-31T23:59:59-14:00",
            "2026-01-01T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "T",
            "5m",
            "1s",
            "0s",
            "99999999999999999999d",
            "%00",
            "%ff",
            "%ud800",
            "' OR 1=1 --",
            "&",
            "=",
            "main",
            new string('9', 400),
        ];
        var random = new Random(1);
        var statuses = new HashSet<HttpStatusCode>();
        for (var question = 0; question < 400; question++)
        {
            var query = string.Join(
                '&',
                new[] { "automation", "account", "from", "to", "step", "from", "x" }
                    .Where(_ => random.Next(2) == 0)
                    .Select(name => $"{name}={(name == "automation" && random.Next(3) > 0 ? "a" : words[random.Next(words.Length)])}")
            );
            using var request = new HttpRequestMessage(question % 5 == 0 ? HttpMethod.Head : HttpMethod.Get, $"api/v1/history?{query}");
            using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
            statuses.Add(response.StatusCode);
            Assert.True(
                response.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest or HttpStatusCode.NotFound,
                $"{query}: {response.StatusCode}"
            );
        }

        Assert.Equal(3, statuses.Count);
    }

    /// <summary>What fails after the first query has begun an answer, but sent nothing of it.</summary>
    [Fact]
    public async Task A_store_that_fails_behind_the_first_query_is_a_503()
    {
        StoreTools.Execute(Path.Combine(_path, "history.db"), "DROP TABLE change");

        using var answer = await _http.GetAsync(
            new Uri("api/v1/history?automation=a", UriKind.Relative),
            TestContext.Current.CancellationToken
        );

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains(
            "cannot be read",
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_third_at_the_same_time_is_told_to_come_again()
    {
        using var first = await AskAndDoNotReadAsync();
        using var second = await AskAndDoNotReadAsync();

        using var third = await _http.GetAsync(
            new Uri("api/v1/history?automation=a", UriKind.Relative),
            TestContext.Current.CancellationToken
        );

        Assert.Equal(HttpStatusCode.ServiceUnavailable, third.StatusCode);
        Assert.NotNull(third.Headers.RetryAfter);
    }

    private async Task<JsonDocument> AskAsync(string query) =>
        JsonDocument.Parse(
            await _http.GetStringAsync(new Uri($"api/v1/history?{query}", UriKind.Relative), TestContext.Current.CancellationToken)
        );

    /// <summary>Waits until the answer has begun, and reads no more of it.</summary>
    private async Task<Socket> AskAndDoNotReadAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync("127.0.0.1", _http.BaseAddress!.Port, TestContext.Current.CancellationToken);
        await socket.SendAsync(
            Encoding.ASCII.GetBytes("GET /api/v1/history?automation=a&from=0 HTTP/1.1\r\nHost: exporter\r\n\r\n"),
            TestContext.Current.CancellationToken
        );
        await socket.ReceiveAsync(new byte[100], TestContext.Current.CancellationToken);
        return socket;
    }
}
