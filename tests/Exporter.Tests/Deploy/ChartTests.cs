using Exporter.Configuration;
using Exporter.Tests.Cli;
using Exporter.Tests.Configuration;
using Exporter.Tests.VirtualTime;
using YamlDotNet.RepresentationModel;

namespace Exporter.Tests.Deploy;

/// <summary>What the chart hands to the program is understood there. What it renders is for tests/manifests.</summary>
[Collection(nameof(OnVirtualTime))]
public sealed class ChartTests
{
    private const string Chart = "deploy/helm/sendgrid-exporter";

    public static TheoryData<string> ExampleValues =>
        [
            .. Directory
                .EnumerateFiles(Repository.PathTo($"{Chart}/ci"))
                .Select(file => Path.GetFileName(file))
                .Order(StringComparer.Ordinal),
        ];

    [Fact]
    public void The_configuration_of_the_chart_is_good_once_its_key_is_there()
    {
        var text = TextOf(RepositoryFiles.ReadYaml($"{Chart}/values.yaml").Get("config")!)
            .Replace("api_key_file: /run/secrets/sendgrid/api_key", "api_key: ${KEY}", StringComparison.Ordinal);
        var result = ConfigurationReader.Read("sendgrid-exporter.yml", text, Files.Environment);

        Assert.Empty(result.Problems);
        Assert.Empty(result.Warnings);
    }

    [Theory]
    [MemberData(nameof(ExampleValues))]
    public void The_web_configuration_of_an_example_is_good(string file)
    {
        if (RepositoryFiles.ReadYaml($"{Chart}/ci/{file}").Get("web")?.Get("config") is { } configuration)
        {
            Assert.Empty(WebAccessReader.Read("web-config.yml", TextOf(configuration), _ => null).Problems);
        }
    }

    /// <summary>
    /// Where the pods have no index, <c>--shard=$(POD_INDEX)</c> becomes this; as a variable it would have been shard 0 in each.
    /// </summary>
    [Fact]
    public async Task A_shard_whose_number_is_empty_is_refused()
    {
        var (code, _, error) = await new VirtualMachine().RunAsync("serve --total-shards=3 --shard=", "accounts: []");

        Assert.Equal(2, code);
        Assert.StartsWith("Required argument missing for option: '--shard'", error, StringComparison.Ordinal);
    }

    private static string TextOf(YamlDotNet.RepresentationModel.YamlNode node)
    {
        using var text = new StringWriter();
        new YamlStream(new YamlDocument(node)).Save(text, assignAnchors: false);
        return text.ToString();
    }
}
