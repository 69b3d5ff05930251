using System.Net;
using System.Text.RegularExpressions;
using Exporter.Exposition.Text;
using Exporter.Telemetry;
using Exporter.Tests.Exposition;
using Microsoft.Extensions.Time.Testing;

namespace Exporter.Tests.Web;

/// <summary>What a scraper is answered, over HTTP.</summary>
public sealed partial class MetricsEndpointTests
{
    private const int Scrapers = 20;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_whole_page_is_valid_in_both_formats_and_has_the_same_series(bool gzip)
    {
        await using var server = await MetricsServer.StartAsync(Walks.Begin(automations: 3).Walk(0, 5).Walk(1, 7));
        Use(server.Instruments.ForAccount("main"));

        var text = PrometheusText.Parse(await server.ScrapeAsync(TextFormat.Prometheus, gzip)).Series;
        var open = OpenMetrics.Parse(await server.ScrapeAsync(TextFormat.OpenMetrics, gzip));

        static string Bounds(string key) => WholeBound().Replace(key, "le=\"${bound}\"");
        Assert.Equal(text.Keys.Order(StringComparer.Ordinal), open.Keys.Select(Bounds).Order(StringComparer.Ordinal));
        Assert.Equal(
            "5",
            open["sendgrid_automation_link_clicks{account=\"main\",automation=\"automation-0\",step_id=\"step-0\",url_location=\"0\"}"]
        );
        Assert.Equal("1", open["sendgrid_automation_polls_total{account=\"main\",automation=\"automation-1\"}"]);
        Assert.Equal("1.0", open["sendgrid_api_requests_total{account=\"main\",endpoint=\"scopes\",code=\"200\"}"]);
    }

    [Fact]
    public async Task The_number_of_series_is_that_of_the_series_there_are()
    {
        await using var server = await MetricsServer.StartAsync(Walks.Begin(automations: 40));
        for (var walk = 1; walk <= 3; walk++)
        {
            server.Store.Update(snapshot => snapshot.Walk(walk * 11, walk));
            foreach (var gzip in (bool[])[true, false])
            {
                var page = PrometheusText.Parse(await server.ScrapeAsync(TextFormat.Prometheus, gzip)).Series;

                var ofSnapshot = page
                    .Keys.TakeWhile(static key => !key.StartsWith("sendgrid_exporter_build_info", StringComparison.Ordinal))
                    .Count();
                Assert.Equal(ofSnapshot.ToString(), page["sendgrid_exporter_series"]);
            }
        }
    }

    [Fact]
    public async Task Twenty_scrapers_see_whole_walks_while_polls_commit()
    {
        const int Automations = 24;
        await using var server = await MetricsServer.StartAsync(Walks.Begin(Automations));
        using var done = new CancellationTokenSource();
        var scraped = new int[Scrapers];

        var scrapers = Enumerable
            .Range(0, Scrapers)
            .Select(number =>
                Task.Run(async () =>
                {
                    var newest = new Dictionary<string, long>(StringComparer.Ordinal);
                    while (!done.IsCancellationRequested)
                    {
                        var page = await server.ScrapeAsync((TextFormat)(number % 2), gzip: number % 5 != 0);
                        foreach (var automation in WalkNumber().Matches(page).GroupBy(static sample => sample.Groups["automation"].Value))
                        {
                            var walk = long.Parse(
                                Assert.Single(automation.Select(static sample => sample.Groups["walk"].Value).Distinct())
                            );
                            Assert.True(walk >= newest.GetValueOrDefault(automation.Key), "an older walk after a newer one");
                            newest[automation.Key] = walk;
                            Assert.Equal(30 + 36 + 1, automation.Count());
                        }

                        Interlocked.Increment(ref scraped[number]);
                    }
                })
            )
            .ToList();

        // Until each of them has seen ten pages, or one has failed.
        for (
            var walk = 1;
            Array.Exists(scraped, static pages => pages < 10) && !scrapers.Exists(static scraper => scraper.IsCompleted);
            walk++
        )
        {
            server.Store.Update(snapshot => snapshot.Walk(walk % Automations, walk));
            await Task.Yield();
        }

        await done.CancelAsync();
        await Task.WhenAll(scrapers);
    }

    [Fact]
    public async Task A_scrape_waits_for_no_commit()
    {
        await using var server = await MetricsServer.StartAsync(Walks.Begin(automations: 1).Walk(0, 1));
        using var scraped = new ManualResetEventSlim();

        var commit = Task.Run(
            () =>
                server.Store.Update(snapshot =>
                {
                    scraped.Wait(TestContext.Current.CancellationToken);
                    return snapshot.Walk(0, 2);
                }),
            TestContext.Current.CancellationToken
        );
        Assert.Contains(
            "sendgrid_automation_reported_clicks{account=\"main\",automation=\"automation-0\"} 1\n",
            await server.ScrapeAsync(TextFormat.Prometheus, gzip: true),
            StringComparison.Ordinal
        );
        scraped.Set();
        await commit;

        Assert.Contains(
            "sendgrid_automation_reported_clicks{account=\"main\",automation=\"automation-0\"} 2\n",
            await server.ScrapeAsync(TextFormat.Prometheus, gzip: true),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("Accept-Encoding: gzip\r\n")]
    public async Task A_client_that_does_not_read_loses_its_place_when_its_scrape_has_timed_out(string encoding)
    {
        var clock = new FakeTimeProvider();
        await using var server = await MetricsServer.StartAsync(
            Walks.Begin(automations: 1).Walk(0, 1, steps: 100, links: 200),
            maxRequests: 1,
            clock
        );
        using (await server.AskAndDoNotReadAsync(encoding))
        {
            using var refused = await AskAsync(server, HttpMethod.Head);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Equal("1", refused.Headers.RetryAfter?.ToString());
        }

        await FreeAsync(server);
        using var hasty = await server.AskAndDoNotReadAsync(encoding + "X-Prometheus-Scrape-Timeout-Seconds: 10\r\n");
        clock.Advance(TimeSpan.FromSeconds(10));
        await FreeAsync(server);
    }

    [Fact]
    public async Task A_head_request_gets_the_headers_and_no_body()
    {
        await using var server = await MetricsServer.StartAsync(Walks.Begin(automations: 1));

        using var response = await AskAsync(
            server,
            HttpMethod.Head,
            ("Accept", "application/openmetrics-text"),
            ("Accept-Encoding", "gzip")
        );

        Assert.Equal(TextFormat.OpenMetrics.ContentType(), response.Content.Headers.ContentType?.ToString());
        Assert.Equal(["gzip"], response.Content.Headers.ContentEncoding);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Waits until there is a place for a scrape.</summary>
    private static async Task FreeAsync(MetricsServer server)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var response = await AskAsync(server, HttpMethod.Head);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                return;
            }

            Assert.True(attempt < 3000, "no place for a scrape");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<HttpResponseMessage> AskAsync(
        MetricsServer server,
        HttpMethod method,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(method, "metrics");
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await server.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static void Use(Instruments.AccountInstruments account)
    {
        account.RequestEnded("scopes", "200", TimeSpan.FromSeconds(0.3));
        account.RequestEnded("automation_links", "none", TimeSpan.FromSeconds(40));
        account.Retried("unavailable");
        account.Throttled(TimeSpan.FromSeconds(1.5));
        account.RateLimitSeen("scopes", 600, 599, static () => DateTimeOffset.UnixEpoch.AddSeconds(1.5));
    }

    /// <summary>Whole bounds of buckets are written <c>1</c> in text and <c>1.0</c> in OpenMetrics.</summary>
    [GeneratedRegex("""le="(?<bound>\d+)\.0["]""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex WholeBound();

    [GeneratedRegex(
        """^sendgrid_automation_(link_clicks|reported_clicks|step_\w+)\{account="main",automation="(?<automation>[^"]+)"[^}]*\} (?<walk>\d+)$""",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        10_000
    )]
    private static partial Regex WalkNumber();
}
