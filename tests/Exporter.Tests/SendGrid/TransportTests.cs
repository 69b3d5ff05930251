using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Exporter.SendGrid;
using Exporter.SendGrid.RateLimits;
using Exporter.SendGrid.Wire;
using Exporter.Snapshots;
using Exporter.Tests.VirtualTime;

namespace Exporter.Tests.SendGrid;

[Collection(nameof(OnVirtualTime))]
public sealed class TransportTests
{
    private const string Page =
        """{"results":[{"url":"https://shop.example/größe","url_location":0,"step_id":"s","clicks":41}],"total_clicks":41,"_metadata":{"count":1}}""";
    private static readonly byte[] PageBytes = Encoding.UTF8.GetBytes(Page);

    public static TheoryData<string> Encodings => ["gzip", "deflate", "br"];

    [Theory]
    [InlineData("Content-Type: application/json; charset=utf8")]
    [InlineData("Content-Type: text/html")]
    [InlineData("Content-Type: ;;;")]
    [InlineData("X-Nothing: 1")]
    public async Task The_body_counts_and_not_what_its_type_is_called(string header) =>
        AssertPage(await AnswerAsync(WireServer.Ok(PageBytes, header)));

    [Fact]
    public async Task A_byte_order_mark_does_no_harm() =>
        AssertPage(await AnswerAsync(WireServer.Ok([.. Encoding.UTF8.Preamble, .. PageBytes])));

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task A_compressed_body_is_read(string encoding) =>
        AssertPage(await AnswerAsync(WireServer.Ok(Compress(PageBytes, encoding), $"Content-Encoding: {encoding}")));

    [Fact]
    public async Task A_body_in_chunks_is_read()
    {
        var chunks =
            string.Concat(PageBytes.Chunk(7).Select(chunk => $"{chunk.Length:x}\r\n{Encoding.Latin1.GetString(chunk)}\r\n")) + "0\r\n\r\n";

        AssertPage(
            await AnswerAsync(
                Encoding.Latin1.GetBytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + chunks)
            )
        );
    }

    [Fact]
    public async Task An_answer_cut_at_any_byte_is_unavailable()
    {
        var answer = WireServer.Ok(PageBytes);
        var kinds = await ExchangeAsync(Enumerable.Range(0, answer.Length).Select(length => answer[..length]));

        Assert.All(kinds, kind => Assert.Equal(FailureReason.Unavailable, kind));
    }

    [Fact]
    public async Task A_body_that_claims_to_be_whole_but_was_cut_is_unavailable()
    {
        var kinds = await ExchangeAsync(Enumerable.Range(0, PageBytes.Length).Select(length => WireServer.Ok(PageBytes.AsSpan(0, length))));

        Assert.All(kinds, kind => Assert.Equal(FailureReason.Unavailable, kind));
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task A_compressed_body_cut_at_any_byte_is_unavailable_until_the_document_is_whole(string encoding)
    {
        var compressed = Compress(PageBytes, encoding);
        var kinds = await ExchangeAsync(
            Enumerable
                .Range(0, compressed.Length)
                .Select(length => WireServer.Ok(compressed.AsSpan(0, length), $"Content-Encoding: {encoding}"))
        );

        Assert.All(kinds, kind => Assert.True(kind is null or FailureReason.Unavailable, $"{kind}"));
        Assert.All(kinds.Take(compressed.Length / 2), kind => Assert.Equal(FailureReason.Unavailable, kind));
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task A_damaged_compressed_body_is_an_error_and_not_an_exception(string encoding)
    {
        var damaged = Enumerable
            .Range(0, Compress(PageBytes, encoding).Length)
            .Select(at =>
            {
                var bytes = Compress(PageBytes, encoding);
                bytes[at] ^= 0x55;
                return WireServer.Ok(bytes, $"Content-Encoding: {encoding}");
            });

        Assert.All(
            await ExchangeAsync(damaged),
            kind => Assert.True(kind is null or FailureReason.Unavailable or FailureReason.InvalidResponse, $"{kind}")
        );
        Assert.Equal(
            [FailureReason.Unavailable],
            await ExchangeAsync([WireServer.Ok("this was never compressed"u8, $"Content-Encoding: {encoding}")])
        );
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_not_read_to_its_end()
    {
        var bomb = Compress(new byte[AnswerLimits.BodyBytes * 4], "gzip");

        var result = await AnswerAsync(WireServer.Ok(bomb, "Content-Encoding: gzip"));

        Assert.Equal(FailureReason.InvalidResponse, result.Error?.Reason);
        Assert.Contains("MiB", result.Error!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html><body>We will be back soon.</body></html>", nameof(FailureReason.InvalidResponse))]
    [InlineData("date,id\r\n2026-01-01,1\r\n", nameof(FailureReason.InvalidResponse))]
    [InlineData("""{"results":[{"clicks":-1}]}""", nameof(FailureReason.InvalidResponse))]
    [InlineData("""{"result":[{"clicks":1}]}""", nameof(FailureReason.InvalidResponse))]
    [InlineData("{}", nameof(FailureReason.InvalidResponse))]
    [InlineData("[]", nameof(FailureReason.InvalidResponse))]
    [InlineData("{} trailing", nameof(FailureReason.InvalidResponse))]
    [InlineData("", nameof(FailureReason.Unavailable))]
    public async Task A_200_that_is_no_page_is_an_error_that_holds_nothing_of_the_body(string body, string kind)
    {
        var result = await AnswerAsync(WireServer.Ok(body));

        Assert.Equal(kind, result.Error?.Reason.ToString());
        Assert.DoesNotContain("soon", result.Error!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}")]
    public async Task What_is_no_http_is_unavailable(string answer) =>
        Assert.Equal(FailureReason.Unavailable, (await AnswerAsync(Encoding.ASCII.GetBytes(answer))).Error?.Reason);

    [Fact]
    public async Task A_refused_connection_is_unavailable_and_says_so()
    {
        var server = new WireServer(_ => []);
        var address = server.BaseUrl;
        await server.DisposeAsync();
        var clock = new VirtualClock();
        var client = Clients.To(address, clock);

        var result = await clock.UntilAsync(client.LinksAsync(clock));

        Assert.Equal((FailureReason.Unavailable, "base_url: connection refused"), (result.Error!.Reason, result.Error.Message));
    }

    [Fact]
    public async Task No_tls_is_unavailable_and_says_so()
    {
        await using var api = await Api.StartAsync();
        var client = Clients.To(new Uri($"https://127.0.0.1:{api.Server.BaseUrl.Port}"), api.Clock);

        var error = (await api.Clock.UntilAsync(client.LinksAsync(api.Clock))).Error!;

        Assert.Equal(FailureReason.Unavailable, error.Reason);
        Assert.Contains("no TLS connection", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_tells_nothing_of_our_traces()
    {
        await using var server = new WireServer(_ => WireServer.Ok(Page));
        var client = Clients.To(server.BaseUrl);
        using var walk = new Activity("walk").AddBaggage("account", "shop").Start();

        await client.LinksAsync();

        var request = Assert.Single(server.Requests);
        Assert.All(
            ["traceparent", "tracestate", "baggage", "Request-Id", "Correlation-Context"],
            header => Assert.DoesNotContain(header, request, StringComparison.OrdinalIgnoreCase)
        );
    }

    [Fact]
    public async Task The_request_carries_the_key_the_subuser_and_who_we_are()
    {
        await using var server = new WireServer(_ => WireServer.Ok(Page));
        var client = Clients.To(Clients.Account(server.BaseUrl) with { OnBehalfOf = "outlet-store" });

        await client.LinksAsync();

        var head = Assert.Single(server.Requests);
        Assert.StartsWith(
            $"GET /v3/marketing/stats/automations/{Clients.Automation}/links?group_by=step_id&page_size=50 HTTP/1.1\r\n",
            head,
            StringComparison.Ordinal
        );
        Assert.Contains($"\r\nAuthorization: Bearer {Clients.Key}\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\non-behalf-of: outlet-store\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nUser-Agent: exporter-tests/1.0\r\n", head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("503 Service Unavailable", "X-RateLimit-Remaining: 0", true)]
    [InlineData("429 Too Many Requests", "X-RateLimit-Remaining: 3", true)]
    [InlineData("503 Service Unavailable", "X-RateLimit-Remaining: 3", false)]
    public async Task A_failure_names_the_time_until_which_its_endpoint_is_quiet(string status, string remaining, bool isNamed)
    {
        var headers = new[] { $"Date: {TimeProvider.System.GetUtcNow():R}", "X-RateLimit-Limit: 10", "X-RateLimit-Reset: 60", remaining };
        await using var server = new WireServer(_ => WireServer.Answer(status, "", headers));
        var account = Clients.Account(server.BaseUrl);
        var gate = new RateGate(account.Rate, new SteadyTime(TimeProvider.System));
        using var attempt = Clients.Attempt();

        var error = (await Clients.TransportTo(account, gate).SendAsync(ApiEndpoint.AutomationLinks, server.BaseUrl, attempt)).Error!;

        Assert.Equal(isNamed, error.NotBefore is not null);
        Assert.True(error.NotBefore is not { } named || gate.RestsUntil(ApiEndpoint.AutomationLinks) >= named);
    }

    /// <summary>Single requests without the retries around them.</summary>
    private static async Task<IReadOnlyList<FailureReason?>> ExchangeAsync(IEnumerable<byte[]> answers)
    {
        var current = Array.Empty<byte>();
        await using var server = new WireServer(_ => current);
        var account = Clients.Account(server.BaseUrl);
        var gate = new RateGate(account.Rate, new SteadyTime(TimeProvider.System));
        var transport = Clients.TransportTo(account, gate);
        using var attempt = Clients.Attempt();
        var kinds = new List<FailureReason?>();
        foreach (var answer in answers)
        {
            current = answer;
            kinds.Add((await transport.SendAsync(ApiEndpoint.AutomationLinks, server.BaseUrl, attempt)).Error?.Reason);
        }

        return kinds;
    }

    /// <summary>Every request gets the same answer; the back-off between retries takes no time.</summary>
    private static async Task<ApiResult<WalkResult<AutomationLinkRow>>> AnswerAsync(byte[] answer)
    {
        await using var server = new WireServer(_ => answer);
        var clock = new VirtualClock();
        var client = Clients.To(server.BaseUrl, clock);
        return await clock.UntilAsync(client.LinksAsync(clock));
    }

    private static void AssertPage(ApiResult<WalkResult<AutomationLinkRow>> result)
    {
        Assert.Null(result.Error);
        Assert.Equal(
            new AutomationLinkRow
            {
                Url = "https://shop.example/größe",
                UrlLocation = "0",
                StepId = "s",
                Clicks = 41,
            },
            Assert.Single(result.Value!.Rows)
        );
    }

    private static byte[] Compress(byte[] bytes, string encoding)
    {
        using var compressed = new MemoryStream();
        using (
            Stream stream = encoding switch
            {
                "gzip" => new GZipStream(compressed, CompressionLevel.Fastest),
                "br" => new BrotliStream(compressed, CompressionLevel.Fastest),
                _ => new ZLibStream(compressed, CompressionLevel.Fastest),
            }
        )
        {
            stream.Write(bytes);
        }

        return compressed.ToArray();
    }
}
