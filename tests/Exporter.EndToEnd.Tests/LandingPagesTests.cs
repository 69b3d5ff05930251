using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Exporter.EndToEnd.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Simulator;

namespace Exporter.EndToEnd;

/// <summary>
/// From <c>/sd/links</c> through the job that <c>deploy/prometheus/prometheus.yml</c> offers to probed pages in a real Prometheus.
/// </summary>
public sealed class LandingPagesTests(StandingExporter standing) : IClassFixture<StandingExporter>
{
    private const string DeadPage = "https://shop.example/returns";

    private readonly ConcurrentDictionary<string, int> _probes = new(StringComparer.Ordinal);

    [Fact]
    public async Task Prometheus_discovers_every_page_of_every_step_and_probes_it_by_the_example_job()
    {
        await using var blackbox = await BlackboxAsync();
        await using var prometheus = await PrometheusServer.StartAsync(
            standing.Directory,
            ExampleJob(standing.Exporter.Address, Authority(blackbox))
        );

        var expected = Expected("probe_success", standing.SendGrid.World);
        Assert.Contains(expected, static page => page.Value == 0);

        await Eventually.EqualAsync(
            expected,
            () => prometheus.QueryAsync("label_replace(probe_success{job=\"sendgrid-links\"}, \"page\", \"$1\", \"instance\", \"(.*)\")")
        );
        Assert.Equal(
            expected.Select(static page => page["page"]).ToHashSet(StringComparer.Ordinal),
            _probes.Keys.ToHashSet(StringComparer.Ordinal)
        );
        Assert.Empty(standing.Exporter.Complaints);
    }

    /// <summary>All targets were dropped: after a start the exporter said that there were none.</summary>
    [Fact]
    public async Task Prometheus_loses_no_target_when_the_exporter_restarts_while_SendGrid_is_down()
    {
        using var directory = new TemporaryDirectory();
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        await using var blackbox = await BlackboxAsync();
        string[] arguments = [.. Configured.ByFile(directory, sendGrid, interval: "1s", maxAge: "1s"), "--storage.path=state"];
        var first = await ExporterProcess.StartAsync(directory, arguments);
        var listen = first.Address.Authority;
        await using var prometheus = await PrometheusServer.StartAsync(directory, ExampleJob(first.Address, Authority(blackbox)));
        var all = Expected("up", sendGrid.World).Select(static target => target with { Value = 1 }).ToList();
        await using (first)
        {
            await Configured.SavedAsync(first, sendGrid);
            await Eventually.EqualAsync(all, TargetsAsync);
            Assert.Equal(0, await first.StopAsync());
        }

        sendGrid.Behaviours.Add("500-burst=36000");
        await using (var second = await ExporterProcess.StartAsync(directory, arguments, listenAddress: listen))
        {
            await DiscoveredAsync(second, "200");
            await Eventually.TrueAsync(async () => !(await second.ScrapeAsync())["sendgrid_automation_link_clicks"].Any());
            await DiscoveredAsync(second, "200");
            Assert.Equal(Ids(all), Ids(await TargetsAsync()));
            Assert.Equal(0, await second.StopAsync());
        }

        Directory.Delete(Path.Combine(directory.Path, "state"), recursive: true);
        await using var third = await ExporterProcess.StartAsync(directory, arguments, listenAddress: listen);
        await DiscoveredAsync(third, "503");
        Assert.Equal(Ids(all), Ids(await TargetsAsync()));

        // What Prometheus forgets is stale at once.
        Task<IReadOnlyList<Sample>> TargetsAsync() =>
            prometheus.QueryAsync("label_replace(up{job=\"sendgrid-links\"}, \"page\", \"$1\", \"instance\", \"(.*)\")");

        static IEnumerable<string> Ids(IEnumerable<Sample> targets) =>
            targets.Select(static target => target.Id).Order(StringComparer.Ordinal);
    }

    /// <summary>Waits until Prometheus has asked three times more, so that it has taken over what the first two answers said.</summary>
    private static async Task DiscoveredAsync(ExporterProcess exporter, string status)
    {
        var asked = await AskedAsync();
        await Eventually.GetAsync(AskedAsync, now => now >= asked + 3);

        async Task<double> AskedAsync()
        {
            var platform = await exporter.Http.GetStringAsync("internal/metrics", TestContext.Current.CancellationToken);
            var line = Regex.Match(
                platform,
                $"^http_server_request_duration_seconds_count\\{{(?=[^}}]*http_route=\"/sd/links\")(?=[^}}]*http_response_status_code=\"{status}\")[^}}]*\\}} (?<count>\\d+)",
                RegexOptions.Multiline | RegexOptions.ExplicitCapture,
                TimeSpan.FromSeconds(10)
            );
            return line.Success ? double.Parse(line.Groups["count"].Value, CultureInfo.InvariantCulture) : 0;
        }
    }

    /// <summary>A sample of each page that is to be probed; of the dead one it is 0.</summary>
    private static List<Sample> Expected(string name, World world) =>
        [
            .. from account in world.Accounts
            from automation in account.Automations
            from step in automation.Steps
            from url in step.Links.Select(link => link.Url).Distinct(StringComparer.Ordinal)
            where
                !url.Contains("{{", StringComparison.Ordinal)
                && !url.Contains("unsubscribe", StringComparison.Ordinal)
                && !url.Contains("confirm", StringComparison.Ordinal)
            select new Sample(name, Labels(account.Name, automation.Name, step.Id, url), url == DeadPage ? 0 : 1),
        ];

    private static string Authority(WebApplication server) =>
        new Uri(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Authority;

    private static Dictionary<string, string> Labels(string account, string automation, string step, string page) =>
        new(StringComparer.Ordinal)
        {
            ["account"] = account,
            ["automation"] = automation,
            ["step_id"] = step,
            ["page"] = page,
        };

    /// <summary>The commented job, uncommented, with the addresses and the pace of this test.</summary>
    private static string ExampleJob(Uri exporter, string blackbox)
    {
        var example = File.ReadAllText(Repository.PathTo("deploy/prometheus/prometheus.yml"));
        var job = Regex
            .Match(
                example,
                @"^  # - job_name: sendgrid-links.*?^  #       replacement: blackbox:9115$",
                RegexOptions.Singleline | RegexOptions.Multiline,
                TimeSpan.FromSeconds(10)
            )
            .Value;
        Assert.NotEmpty(job);
        return job.Replace("\n  # ", "\n  ", StringComparison.Ordinal)
            .Replace("  # -", "  -", StringComparison.Ordinal)
            .Replace("http://exporter:10324/", exporter.ToString(), StringComparison.Ordinal)
            .Replace("blackbox:9115", blackbox, StringComparison.Ordinal)
            .Replace("_interval: 1m", "_interval: 1s", StringComparison.Ordinal)
            .Replace("_interval: 5m", "_interval: 1s", StringComparison.Ordinal);
    }

    /// <summary>Answers probes as a blackbox_exporter does, without asking any page.</summary>
    private async Task<WebApplication> BlackboxAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var blackbox = builder.Build();
        blackbox.Run(async context =>
        {
            var page = context.Request.Query["target"].ToString();
            Assert.Equal(("/probe", "http_2xx"), (context.Request.Path.Value, context.Request.Query["module"].ToString()));
            _probes.AddOrUpdate(page, 1, static (_, probes) => probes + 1);
            context.Response.ContentType = "text/plain; version=0.0.4";
            await context.Response.WriteAsync($"probe_success {(page == DeadPage ? 0 : 1)}\n", context.RequestAborted);
        });
        await blackbox.StartAsync(TestContext.Current.CancellationToken);
        return blackbox;
    }
}
