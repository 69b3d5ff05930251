using System.Net.Http.Headers;

namespace Exporter.Benchmarks.Peers;

/// <summary>Starts the peers with the exporter's page.</summary>
/// <param name="directory">For their files.</param>
internal sealed class PeerServers(string directory)
{
    /// <summary>nginx, prometheus-net, OpenTelemetry and the push gateway, all of them answering.</summary>
    /// <param name="exporter">Whose page is shown.</param>
    /// <param name="pushGateway">Whether the push gateway is one of them.</param>
    public async Task<IReadOnlyList<Server>> StartAsync(Server exporter, bool pushGateway)
    {
        var page = Path.Combine(directory, $"{Guid.NewGuid()}.txt");
        await File.WriteAllBytesAsync(page, await exporter.BodyAsync("identity"));
        await File.WriteAllBytesAsync($"{page}.gz", await exporter.BodyAsync("gzip"));
        List<Server> servers = [Nginx(page), Own("prometheus-net", page), Own("opentelemetry", page)];
        if (pushGateway)
        {
            servers.Add(await PushGatewayAsync(page));
        }

        foreach (var server in servers)
        {
            await server.AnsweringAsync();
        }

        return servers;
    }

    /// <summary>The static file, compressed before: what copying the exporter's bytes costs.</summary>
    private Server Nginx(string page)
    {
        var (port, configuration) = (FreePort.Find(), $"{page}.nginx");
        File.WriteAllText(
            configuration,
            $$"""
            daemon off; master_process off; pid {{page}}.pid; error_log /dev/null;
            events {}
            http {
              access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
              client_body_temp_path {{directory}}; proxy_temp_path {{directory}}; fastcgi_temp_path {{directory}};
              uwsgi_temp_path {{directory}}; scgi_temp_path {{directory}};
              server {
                listen 127.0.0.1:{{port}};
                location = /metrics { alias {{page}}.gz; default_type text/plain; add_header Content-Encoding gzip; }
              }
            }
            """
        );
        return Server.Start("nginx", port, "nginx", "-c", configuration);
    }

    private static Server Own(string name, string page)
    {
        var port = FreePort.Find();
        return Server.Start(name, port, Environment.ProcessPath!, $"serve-{name}", page, $"{port}");
    }

    private static async Task<Server> PushGatewayAsync(string page)
    {
        var port = FreePort.Find();
        var server = await Server
            .Start("pushgateway", port, "prometheus-pushgateway", $"--web.listen-address=127.0.0.1:{port}", "--log.level=error")
            .AnsweringAsync();
        await using (var output = new StreamWriter($"{page}.push"))
        {
            Page.Write(page, output);
        }

        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMinutes(10) };
        await using var body = File.OpenRead($"{page}.push");
        using var content = new StreamContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("text/plain") } };
        using var response = await http.PutAsync(new Uri(server.Metrics, "/metrics/job/bench"), content);
        response.EnsureSuccessStatusCode();
        return server;
    }
}
