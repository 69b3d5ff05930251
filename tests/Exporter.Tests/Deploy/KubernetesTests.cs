using System.Text;
using Exporter.Configuration;
using Exporter.Polling;
using Exporter.Tests.Web;

namespace Exporter.Tests.Deploy;

/// <summary>
/// What the manifests take from elsewhere in the repository is the same there. That they render, and that every object is valid, is
/// for tests/manifests.
/// </summary>
public sealed class KubernetesTests
{
    private const string PrometheusRule = "deploy/kubernetes/monitoring/prometheusrule.yaml";

    public static TheoryData<string> Overlays => ["production", "sharded"];

    /// <summary>
    /// Kustomize reads nothing above its directory, so the rules stand there once more. UPDATE_GOLDEN=1 writes them anew.
    /// </summary>
    [Fact]
    public void The_PrometheusRule_holds_the_rule_files_one_after_the_other()
    {
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") is "1")
        {
            File.WriteAllText(Repository.PathTo(PrometheusRule), PrometheusRuleOf(RepositoryFiles.Rules));
        }

        Assert.True(
            PrometheusRuleOf(RepositoryFiles.Rules) == RepositoryFiles.Read(PrometheusRule),
            $"{PrometheusRule} is not what deploy/prometheus/rules says. After a change there run this test with UPDATE_GOLDEN=1 and "
                + "commit what it writes."
        );
    }

    [Fact]
    public void Every_dashboard_becomes_a_ConfigMap_of_its_own() =>
        Assert.Equal(
            RepositoryFiles.Dashboards.Select(file =>
                $"sendgrid-dashboard-{Path.GetFileNameWithoutExtension(file)} {Path.GetFileName(file)}"
            ),
            RepositoryFiles
                .ReadYaml("grafana/dashboards/kustomization.yaml")
                .Items("configMapGenerator")
                .Select(map => $"{map.Text("name")} {Assert.Single(map.Items("files"))}")
                .Order(StringComparer.Ordinal)
        );

    [Fact]
    public void There_are_as_many_shards_as_pods()
    {
        var spec = RepositoryFiles.ReadYaml("deploy/kubernetes/overlays/sharded/shards.yaml").Get("spec")!;
        var container = Assert.Single(spec.Get("template")!.Get("spec")!.Items("containers"));
        var total = Assert.Single(container.Items("env"), variable => variable.Text("name") is "SENDGRID_EXPORTER_TOTAL_SHARDS");

        Assert.Equal(spec.Text("replicas"), total.Text("value"));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void The_configuration_of_an_overlay_is_good_once_its_keys_are_there(string overlay)
    {
        var text = RepositoryFiles.Read($"deploy/kubernetes/overlays/{overlay}/sendgrid-exporter.yml");
        using var keys = new TemporaryKeys();
        var result = ConfigurationReader.Read(
            "sendgrid-exporter.yml",
            text.Replace("/run/secrets/sendgrid/", keys.Prefix(text), StringComparison.Ordinal),
            _ => null
        );

        Assert.Empty(result.Problems);
        Assert.Empty(result.Warnings);
    }

    [Fact]
    public void No_shard_of_the_sharded_overlay_goes_without_an_account()
    {
        var accounts = RepositoryFiles
            .ReadYaml("deploy/kubernetes/overlays/sharded/sendgrid-exporter.yml")
            .Items("accounts")
            .Select(account => account.Text("name")!);

        Assert.Equal([0, 1, 2], accounts.Select(account => Shard.ShardOf(account, 3)).Distinct().Order());
    }

    [Fact]
    public void The_web_configuration_of_the_TLS_component_is_good_once_its_certificate_is_there()
    {
        using var authority = new Certificates();
        var (certificate, key) = authority.Sign("sendgrid-exporter");
        var directory = Directory.CreateTempSubdirectory("sendgrid-exporter-").FullName;
        File.WriteAllText(Path.Combine(directory, "tls.crt"), certificate + authority.Authority);
        File.WriteAllText(Path.Combine(directory, "tls.key"), key);
        var text = RepositoryFiles.ReadYaml("deploy/kubernetes/components/tls/web.yaml").Get("stringData")!.Text("web-config.yml")!;

        var reading = WebAccessReader.Read(
            "web-config.yml",
            text.Replace("/run/secrets/tls", directory, StringComparison.Ordinal),
            static _ => null
        );
        Directory.Delete(directory, recursive: true);

        Assert.Empty(reading.Problems);
        Assert.NotNull(reading.Access!.Tls);
    }

    private static string PrometheusRuleOf(IEnumerable<string> files)
    {
        var text = new StringBuilder(
            """
            # The files of deploy/prometheus/rules, one after the other. KubernetesTests holds it to them and writes it.
            apiVersion: monitoring.coreos.com/v1
            kind: PrometheusRule
            metadata:
              name: sendgrid-exporter
              labels:
                app.kubernetes.io/name: sendgrid-exporter
            spec:
              groups:

            """
        );
        foreach (var file in files)
        {
            var groups = RepositoryFiles.Read(file).Split("\ngroups:\n", 2)[1];
            text.Append("    # ").Append(Path.GetFileName(file)).Append('\n');
            foreach (var line in groups.TrimEnd('\n').Split('\n'))
            {
                text.Append(line.Length == 0 ? "" : "  ").Append(line).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>A directory with a key file for every account that a configuration names.</summary>
    private sealed class TemporaryKeys : IDisposable
    {
        private readonly string _path = Directory.CreateTempSubdirectory("sendgrid-exporter-").FullName;

        public string Prefix(string configuration)
        {
            foreach (var line in configuration.Split('\n').Where(line => line.Contains("api_key_file:", StringComparison.Ordinal)))
            {
                File.WriteAllText(Path.Combine(_path, line.Split('/')[^1]), "SG.any.thing\n");
            }

            return _path + "/";
        }

        public void Dispose() => Directory.Delete(_path, recursive: true);
    }
}
