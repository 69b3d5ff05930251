using System.IO.Compression;
using System.Net;
using Exporter.EndToEnd.Fixtures;

namespace Exporter.EndToEnd;

/// <summary>What HTTP clients of the running program are promised (promise 12).</summary>
public sealed class HttpTests(StandingExporter standing) : IClassFixture<StandingExporter>
{
    private static readonly string[] Pages = ["metrics", "internal/metrics", "-/healthy", "-/ready", "api/v1/status", ""];

    private readonly ExporterProcess _exporter = standing.Exporter;

    [Fact]
    public async Task Promtool_has_no_complaint_about_the_metrics()
    {
        Tool.Promtool.Require();
        await using var promtool = ChildProcess.Start(Tool.Promtool.Name, ["check", "metrics"], standing.Directory.Path);
        promtool.Write(await _exporter.Http.GetStringAsync("metrics", TestContext.Current.CancellationToken));
        var exitCode = await promtool.ExitCodeAsync();
        Assert.Equal("", promtool.Output + promtool.Error);
        Assert.Equal(0, exitCode);
    }

    [Fact]
    public async Task Every_page_can_be_read_and_nothing_can_be_posted()
    {
        foreach (var page in Pages)
        {
            Assert.Equal((page, HttpStatusCode.OK), (page, await StatusAsync(HttpMethod.Get, page)));
            Assert.Equal((page, HttpStatusCode.OK), (page, await StatusAsync(HttpMethod.Head, page)));
            Assert.Equal((page, HttpStatusCode.MethodNotAllowed), (page, await StatusAsync(HttpMethod.Post, page)));
        }
    }

    [Theory]
    [InlineData("metricss")]
    [InlineData("-/")]
    [InlineData("index.html")]
    [InlineData("METRICS")]
    [InlineData("metrics/")]
    [InlineData("-/Healthy")]
    [InlineData("api/v1/status/")]
    [InlineData("%2e%2e/etc/passwd")]
    public async Task What_is_not_there_is_not_found(string path)
    {
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(HttpMethod.Get, path));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(HttpMethod.Post, path));
    }

    [Theory]
    [InlineData("GET /{line} HTTP/1.1\r\nHost: x\r\n\r\n", "414")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nX-Long: {headers}\r\n\r\n", "431")]
    [InlineData("POST /-/reload HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n", "403")]
    public async Task What_is_too_long_is_refused(string request, string status)
    {
        var text = request
            .Replace("{line}", new string('x', 9000), StringComparison.Ordinal)
            .Replace("{headers}", new string('x', 20_000), StringComparison.Ordinal);

        Assert.Equal($"HTTP/1.1 {status}", await RawRequest.StatusLineAsync(_exporter.Address, text));
    }

    [Fact]
    public async Task Head_answers_the_headers_of_get_without_a_body()
    {
        foreach (var page in Pages)
        {
            using var get = await SendAsync(HttpMethod.Get, page);
            using var head = await SendAsync(HttpMethod.Head, page);
            Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
            Assert.Empty(await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Metrics_come_in_the_text_format_and_compressed_when_asked_for()
    {
        using var plain = await SendAsync(HttpMethod.Get, "metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", plain.Content.Headers.ContentType?.ToString());
        Assert.Empty(plain.Content.Headers.ContentEncoding);

        using var compressed = await SendAsync(HttpMethod.Get, "metrics", acceptEncoding: "gzip");
        Assert.Equal(["gzip"], compressed.Content.Headers.ContentEncoding);
        await using var body = new GZipStream(
            await compressed.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken),
            CompressionMode.Decompress
        );
        using var reader = new StreamReader(body);
        var page = PrometheusText.Parse(await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.NotEmpty(page["sendgrid_automation_link_clicks"]);
    }

    private async Task<HttpStatusCode> StatusAsync(HttpMethod method, string page)
    {
        using var response = await SendAsync(method, page);
        return response.StatusCode;
    }

    /// <summary>Whatever the answer is, no browser may guess its type.</summary>
    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string page, string? acceptEncoding = null)
    {
        using var request = new HttpRequestMessage(method, page);
        if (acceptEncoding is not null)
        {
            request.Headers.AcceptEncoding.ParseAdd(acceptEncoding);
        }

        var response = await _exporter.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(["nosniff"], response.Headers.GetValues("X-Content-Type-Options"));
        return response;
    }
}
