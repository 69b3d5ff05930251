using YamlDotNet.RepresentationModel;

namespace Exporter.Tests.Deploy;

/// <summary>The pieces of the compose stack speak of each other by name: addresses, paths, intervals.</summary>
public sealed class ComposeTests
{
    private static readonly YamlNode Services = RepositoryFiles.ReadYaml("deploy/compose.yaml").Get("services")!;

    private static IEnumerable<string[]> Mounts =>
        from service in ((YamlMappingNode)Services).Children.Values
        from volume in service.Items("volumes")
        select ((YamlScalarNode)volume).Value!.Split(':');

    [Fact]
    public void Every_mounted_file_exists_and_is_mounted_read_only() =>
        Assert.All(
            Mounts.Where(mount => mount[0].StartsWith('.')),
            mount =>
            {
                Assert.True(Path.Exists(Repository.PathTo(Path.Combine("deploy", mount[0]))), mount[0]);
                Assert.Equal("ro", mount[^1]);
            }
        );

    [Fact]
    public void Every_image_that_is_not_built_here_is_pinned_to_a_release() =>
        Assert.All(
            ((YamlMappingNode)Services).Children.Values.Where(service => service.Get("build") is null),
            service => Assert.Matches(@":v?\d+\.\d+\.\d+$", service.Text("image")!)
        );

    [Fact]
    public void Services_restart_report_health_and_run_with_few_rights_and_one_time_jobs_with_no_network() =>
        Assert.All(
            ((YamlMappingNode)Services).Children.Values,
            service =>
            {
                // Given once and merged into each: the parser leaves `<<` as it stands.
                var common = service.Get("<<")!;
                Assert.Equal("true", common.Text("read_only"));
                Assert.NotNull(common.Get("cap_drop"));
                if (common.Text("restart") == "no")
                {
                    Assert.Equal("none", common.Text("network_mode"));
                }
                else
                {
                    Assert.Equal("unless-stopped", common.Text("restart"));
                    Assert.NotNull(service.Get("healthcheck"));
                }
            }
        );

    [Fact]
    public void Prometheus_starts_with_the_past_of_what_it_scrapes_and_keeps_six_weeks()
    {
        var (past, seed, prometheus) = (Services.Get("past")!, Services.Get("seed")!, Services.Get("prometheus")!);

        Assert.Equal("service_completed_successfully", prometheus.Get("depends_on")!.Get("seed")!.Text("condition"));
        Assert.Equal("service_completed_successfully", seed.Get("depends_on")!.Get("past")!.Text("condition"));
        Assert.Equal(prometheus.Text("image"), seed.Text("image"));
        Assert.Contains("prometheus-data:/prometheus", seed.Items("volumes").Select(volume => volume.ToString()), StringComparer.Ordinal);

        // The labels of the job and its target: the past and the present are the same series.
        Assert.Contains(
            "--label=job=sendgrid-exporter",
            past.Items("command").Select(argument => argument.ToString()),
            StringComparer.Ordinal
        );
        Assert.Contains(
            "--label=instance=exporter:10324",
            past.Items("command").Select(argument => argument.ToString()),
            StringComparer.Ordinal
        );
        Assert.Contains(
            "--storage.tsdb.retention.time=45d",
            prometheus.Items("command").Select(argument => argument.ToString()),
            StringComparer.Ordinal
        );
    }

    [Fact]
    public void Prometheus_scrapes_the_exporter_and_alerts_through_Alertmanager()
    {
        var prometheus = RepositoryFiles.ReadYaml("deploy/prometheus/prometheus.yml");
        var job = Assert.Single(prometheus.Items("scrape_configs"));

        Assert.Equal("sendgrid-exporter", job.Text("job_name"));
        Assert.Equal("[ exporter:10324 ]", Assert.Single(job.Items("static_configs")).Get("targets")!.ToString());
        Assert.Equal(
            "[ alertmanager:9093 ]",
            prometheus.Get("alerting")!.Items("alertmanagers").Single().Items("static_configs").Single().Get("targets")!.ToString()
        );
        Assert.NotNull(Services.Get("exporter"));
        Assert.NotNull(Services.Get("alertmanager"));
    }

    [Fact]
    public void Grafana_knows_where_Prometheus_is_and_how_often_it_scrapes()
    {
        var source = Assert.Single(RepositoryFiles.ReadYaml("grafana/provisioning/datasources/prometheus.yml").Items("datasources"));

        Assert.Equal("http://prometheus:9090", source.Text("url"));
        Assert.Equal(
            RepositoryFiles.ReadYaml("deploy/prometheus/prometheus.yml").Get("global")!.Text("scrape_interval"),
            source.Get("jsonData")!.Text("timeInterval")
        );
    }

    [Fact]
    public void Grafana_opens_with_the_overview_and_reads_the_dashboards_from_where_they_are_mounted()
    {
        var grafana = Services.Get("grafana")!;
        var provider = Assert.Single(RepositoryFiles.ReadYaml("grafana/provisioning/dashboards/sendgrid.yml").Items("providers"));
        var directory = provider.Get("options")!.Text("path");

        Assert.Contains(Mounts, mount => mount[0] == "../grafana/dashboards" && mount[1] == directory);
        Assert.Equal($"{directory}/overview.json", grafana.Get("environment")!.Text("GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"));
    }
}
