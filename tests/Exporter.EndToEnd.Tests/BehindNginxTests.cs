using System.Net;
using System.Net.Sockets;
using Exporter.EndToEnd.Fixtures;

namespace Exporter.EndToEnd;

/// <summary>The pages through a real proxy, as the documents tell to set it up, each link of each page followed by a browser.</summary>
public sealed class BehindNginxTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    /// <param name="prefix"><c>--web.route-prefix</c>; by default the path of the external URL.</param>
    /// <param name="upstreamPath">What nginx makes of <c>/sendgrid/</c>.</param>
    /// <param name="isUnix">Whether nginx asks through a Unix socket.</param>
    [Theory]
    [InlineData("/sendgrid", "", false)]
    [InlineData("/", "/", false)]
    [InlineData("/", ":/", true)]
    public async Task Each_link_of_each_page_leads_to_a_page(string prefix, string upstreamPath, bool isUnix)
    {
        new Tool("nginx").Require();
        var proxy = new Uri($"http://127.0.0.1:{FreePort.Find()}/sendgrid/");
        var socket = Path.Combine(_directory.Path, "web.sock");
        await using var exporter = await ExporterProcess.StartAsync(
            _directory,
            ["--demo", $"--web.external-url={proxy}", $"--web.route-prefix={prefix}", $"--web.listen-address=unix:{socket}"]
        );
        var configuration = Configuration(proxy, isUnix ? $"unix:{socket}" : exporter.Address.Authority, upstreamPath);
        await using var nginx = ChildProcess.Start("nginx", ["-e", "stderr", "-p", _directory.Path, "-c", configuration], _directory.Path);
        await Eventually.TrueAsync(() => IsListening(proxy.Port));
        await Eventually.TrueAsync(async () => await exporter.StatusAsync("-/ready") == HttpStatusCode.OK);

        var (page, complaints) = await browser.OpenAsync(proxy);
        var (seen, next) = (new HashSet<string>(StringComparer.Ordinal), new Queue<string>([page.Url]));
        while (next.TryDequeue(out var url) && seen.Count < 60)
        {
            if (!seen.Add(url))
            {
                continue;
            }

            Assert.StartsWith(proxy.AbsoluteUri, url, StringComparison.Ordinal);
            var answer = await page.APIRequest.GetAsync(url);
            Assert.Equal((url, 200), (url, answer.Status));
            if (!answer.Headers["content-type"].StartsWith("text/html", StringComparison.Ordinal))
            {
                continue;
            }

            await page.GotoAsync(url);
            foreach (var link in await page.EvaluateAsync<string[]>("Array.from(document.links, link => link.href)"))
            {
                next.Enqueue(link);
            }
        }

        Assert.Contains(seen, static url => url.Contains("/sendgrid/automation?", StringComparison.Ordinal));
        Assert.Contains($"{proxy}metrics", seen);
        Assert.Empty(complaints);
    }

    private string Configuration(Uri proxy, string upstream, string path) =>
        _directory.Write(
            "nginx.conf",
            $$"""
            daemon off;
            user root;
            pid nginx.pid;
            error_log stderr;
            events {}
            http {
              access_log off;
              client_body_temp_path body;
              proxy_temp_path proxy;
              fastcgi_temp_path fastcgi;
              uwsgi_temp_path uwsgi;
              scgi_temp_path scgi;
              server {
                listen {{proxy.Authority}};
                location /sendgrid/ { proxy_pass http://{{upstream}}{{path}}; }
              }
            }
            """
        );

    private static bool IsListening(int port)
    {
        using var client = new TcpClient();
        try
        {
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
