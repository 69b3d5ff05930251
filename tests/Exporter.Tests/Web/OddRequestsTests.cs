using System.Text.RegularExpressions;
using CsCheck;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Exporter.Tests.Web;

/// <summary>
/// Requests that no client library would send, over sockets: none is answered 500, and none without the header of every answer.
/// </summary>
public sealed partial class OddRequestsTests : IAsyncLifetime
{
    private const string Good = "GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

    private static readonly string[] Values =
    [
        "",
        "0",
        "-1",
        "1e400",
        "NaN",
        "Infinity",
        "99999999999999999999999999",
        "253402300799",
        "253402300799.9999999",
        "-62135596800",
        "0.0000000000001",
        "0x10",
        "1,5",
        "0001-01-01T00:00:00Z",
        "0001-01-02T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59.9999999Z",
        "9999-12-31T23:59:59-14:00",
        "10000-01-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "T",
        "2026-01-01T",
        "now",
        "%",
        "%zz",
        "%00",
        "%c3%28",
        "%ed%a0%80",
        "%u0000",
        "\u00ff\u00fe",
        "+",
        "a=b",
        "welcome",
        "WELCOME",
        "5f0c1a3e-0000-4000-8000-000000000001",
        "..%2f..%2f",
        "%0d%0aX-Odd:%201",
        "'",
        "\"",
        "<script>",
        "1s",
        "0s",
        "-5m",
        "1ns",
        "106751991167d",
        "{}",
        new('9', 3000),
        new('x', 7000),
    ];

    private static readonly string[] Keys =
    [
        "automation",
        "account",
        "id",
        "from",
        "to",
        "step",
        "limit",
        "format",
        "name[]",
        "",
        "%00",
        "match",
        "debug",
        "AUTOMATION",
    ];

    private static readonly string[] OddPaths =
    [
        "*",
        "/%",
        "/%00",
        "/%zz",
        "//",
        "/./../../etc/passwd",
        "/..%2f..%2fetc",
        "/\u00ff",
        "/metrics/",
        "/METRICS",
        "/metrics;a=b",
        "/metrics%3f",
        "/%2fmetrics",
        "http://other/metrics",
        "http://",
        "http://[",
        "x",
        "/-/",
        "/api/v1/",
        "/favicon.ico",
        "/" + new string('a', 8000),
        "/" + new string('a', 20_000),
        "/" + string.Concat(Enumerable.Repeat("a/", 2000)),
        "",
        "/a b",
        "?",
        "/?#",
        "/#",
    ];

    private static readonly string[] Methods =
    [
        "GET",
        "HEAD",
        "POST",
        "PUT",
        "DELETE",
        "OPTIONS",
        "TRACE",
        "PATCH",
        "CONNECT",
        "get",
        "G",
        "",
        "PROPFIND",
        "GET\0",
        "\u00ff",
        "PRI",
        new('M', 9000),
    ];

    private static readonly string[] Versions =
    [
        "HTTP/1.1",
        "HTTP/1.0",
        "HTTP/0.9",
        "HTTP/2.0",
        "HTTP/3",
        "HTTP/9.9",
        "http/1.1",
        "HTTP/1.1 ",
        "",
        "X",
    ];

    private static readonly string[] HeaderNames =
    [
        "Accept",
        "Accept-Encoding",
        "Accept-Language",
        "If-None-Match",
        "If-Modified-Since",
        "If-Range",
        "If-Match",
        "Host",
        "Authorization",
        "Range",
        "X-Prometheus-Scrape-Timeout-Seconds",
        "Content-Length",
        "Transfer-Encoding",
        "Content-Type",
        "Expect",
        "Connection",
        "Upgrade",
        "Cookie",
        "Origin",
        "TE",
        "traceparent",
        "X-Forwarded-For",
        "",
        " ",
        "A B",
        "\u00ff",
        new('n', 3000),
    ];

    private static readonly string[] HeaderValues =
    [
        "",
        " ",
        "*",
        "*/*;q=",
        "a;q=9",
        ";;;,,,",
        "text/plain;version=\"",
        "application/openmetrics-text; version=\"1.0.0\";q=1e9",
        "application/openmetrics-text;q=0.0001;=,",
        "gzip;q=-1",
        "gzip;q=NaN, *;q=0",
        "\"",
        "\\",
        "Basic",
        "Basic ",
        "Basic ====",
        "Basic QQ==",
        "Basic OjpA",
        "Basic /+/+",
        "Bearer x",
        "bytes=0-",
        "bytes=-9999999999999999999",
        "bytes=a-b",
        "Thu, 99 Xxx 9999",
        "-1",
        "0",
        "5",
        "99999999999999999999",
        "1e-300",
        "chunked",
        "chunked, chunked",
        "gzip",
        "100-continue",
        "close, keep-alive",
        "h2c",
        "x:99999",
        "[::1",
        "a\tb",
        "\u0001",
        "\0",
        "\u00ff\u00ff",
        "00-0-0-0",
        new('v', 5000),
        new('v', 40_000),
    ];

    private static readonly Gen<string> Query = Gen.Select(OneOf(Keys), OneOf(Values), static (key, value) => $"{key}={value}")
        .List[0, 5]
        .Select(static pairs => string.Join('&', pairs));

    private static readonly Gen<string> Header = Gen.Select(
        OneOf(HeaderNames),
        OneOf(HeaderValues),
        static (name, value) => $"{name}: {value}\r\n"
    );

    private Served _served = null!;

    public async ValueTask InitializeAsync() =>
        _served = await Served.StartAsync(more: static app =>
            app.Use(
                static (context, next) =>
                    context.Request.Path.StartsWithSegments("/broken", StringComparison.Ordinal, out var how)
                        ? Break(context, how)
                        : next(context)
            )
        );

    public ValueTask DisposeAsync() => _served.DisposeAsync();

    [Fact]
    public async Task No_value_in_a_query_is_answered_with_an_internal_error()
    {
        var paths = _served.Paths.ToList();
        Assert.Contains("/api/v1/history", paths);
        foreach (var path in paths)
        {
            await AssertAnswersAsync(Values.Select(value => $"GET {path}?automation=welcome&to={value}"));
            await AssertAnswersAsync(Values.Select(value => $"GET {path}?automation=welcome&from={value}"));
            await AssertAnswersAsync(Values.Select(value => $"GET {path}?automation={value}&id={value}&account={value}&step={value}"));
        }
    }

    [Fact]
    public async Task No_line_of_a_request_is_answered_with_an_internal_error()
    {
        foreach (var method in Methods)
        {
            await AssertAnswersAsync(_served.Paths.Concat(OddPaths).Select(path => $"{method} {path}"));
        }

        await AssertAnswersAsync(from version in Versions from method in Methods select $"{method} /metrics {version}", isWhole: true);
    }

    [Fact]
    public async Task No_header_is_answered_with_an_internal_error()
    {
        foreach (var name in HeaderNames)
        {
            await AssertAnswersAsync(
                HeaderValues.Select(value => $"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{name}: {value}\r\n\r\n"),
                isRaw: true
            );
        }
    }

    [Fact]
    public async Task No_mixture_of_them_is_answered_with_an_internal_error()
    {
        var request = Gen.Select(
            OneOf(Methods),
            OneOf([.. _served.Paths, .. OddPaths]),
            Query,
            OneOf(Versions),
            Header.List[0, 6],
            static (method, path, query, version, headers) =>
                $"{method} {path}?{query} {version}\r\nHost: x\r\nConnection: close\r\n{string.Concat(headers)}\r\n"
        );
        await request.SampleAsync(AssertAnswerAsync, iter: 600, threads: 4);
        AssertNothingBroke();
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "400")]
    [InlineData("GARBAGE\r\n\r\n", "400")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nA B: c\r\n\r\n", "400")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n", "400")]
    [InlineData("GET /{9000} HTTP/1.1\r\nHost: x\r\n\r\n", "414")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nX: {20000}\r\n\r\n", "431")]
    [InlineData("GET / HTTP/9.9\r\nHost: x\r\n\r\n", "505")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\n\r\n", "405")]
    [InlineData("GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "404")]
    public async Task What_the_server_refuses_by_itself_has_the_header_of_every_answer(string request, string status)
    {
        var answer = await _served.AnswerAsync(
            Repeated().Replace(request, static match => new string('x', int.Parse(match.Groups["times"].Value)))
        );

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        AssertHeader(answer, request);
    }

    [Theory]
    [InlineData("thrown", "503")]
    [InlineData("bad", "413")]
    [InlineData("late", "200")]
    public async Task A_mistake_of_the_program_is_503_and_one_line_without_a_stack_trace(string how, string status)
    {
        var answer = await _served.AnswerAsync(
            $"GET /broken/{how}?key=SG.secret HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            isWhole: true
        );

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        AssertHeader(answer, how);
        Assert.DoesNotContain("hunter2", answer, StringComparison.Ordinal);
        var lines = _served.Log.All.Where(static line => line.Contains("could not be answered", StringComparison.Ordinal)).ToList();
        Assert.Equal(how == "bad" ? 0 : 1, lines.Count);
        Assert.All(
            lines,
            static line =>
            {
                Assert.Contains("error=\"InvalidOperationException: hunter2\"", line, StringComparison.Ordinal);
                Assert.Contains("where=\"at Exporter.Tests.Web.OddRequestsTests.", line, StringComparison.Ordinal);
                Assert.DoesNotContain("\\n", line, StringComparison.Ordinal);
                Assert.DoesNotContain("SG.", line, StringComparison.Ordinal);
            }
        );
        Assert.StartsWith("HTTP/1.1 200 ", await _served.AnswerAsync(Good), StringComparison.Ordinal);
    }

    private static Gen<string> OneOf(string[] all) => Gen.Int[0, all.Length - 1].Select(i => all[i]);

    private static async Task Break(HttpContext context, string how)
    {
        context.Response.Headers.ContentEncoding = "gzip";
        switch (how)
        {
            case "/bad":
                throw new BadHttpRequestException("hunter2", 413);
            case "/late":
                await context.Response.WriteAsync("begun", TestContext.Current.CancellationToken);
                break;
            default:
                break;
        }

        throw new InvalidOperationException("hunter2");
    }

    private async Task AssertAnswersAsync(IEnumerable<string> requests, bool isWhole = false, bool isRaw = false)
    {
        await Parallel.ForEachAsync(
            requests,
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (request, _) =>
                await AssertAnswerAsync(
                    isRaw ? request : $"{request}{(isWhole ? "" : " HTTP/1.1")}\r\nHost: x\r\nConnection: close\r\n\r\n"
                )
        );
        AssertNothingBroke();
    }

    /// <summary>Behind each comes an end, whatever it is the end of. A few are answered by nothing but the end of the connection.</summary>
    private async Task AssertAnswerAsync(string request)
    {
        var answer = await _served.AnswerAsync(request + "\r\n\r\n");
        Assert.False(answer.StartsWith("HTTP/1.1 500 ", StringComparison.Ordinal), $"{request}\n{answer}");

        if (answer.Length > 0)
        {
            AssertHeader(answer, request);
        }
    }

    private static void AssertHeader(string answer, string request) =>
        Assert.True(
            answer.Split("\r\n\r\n")[0].StartsWith("HTTP/1.1 100", StringComparison.Ordinal)
                || answer.Split("\r\n\r\n")[0].Contains("\r\nX-Content-Type-Options: nosniff", StringComparison.Ordinal),
            $"{request}\n{answer}"
        );

    private void AssertNothingBroke() =>
        Assert.DoesNotContain(
            _served.Log.All,
            static line =>
                line.Contains("could not be answered", StringComparison.Ordinal) || line.Contains("exception=", StringComparison.Ordinal)
        );

    [GeneratedRegex(@"\{(?<times>\d+)\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Repeated();
}
