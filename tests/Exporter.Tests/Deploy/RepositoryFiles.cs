using YamlDotNet.RepresentationModel;

namespace Exporter.Tests.Deploy;

/// <summary>The files that are shipped beside the program, found from wherever the tests run.</summary>
internal static class RepositoryFiles
{
    public static IReadOnlyList<string> Dashboards { get; } = Files("grafana/dashboards", "*.json");

    public static IReadOnlyList<string> Rules { get; } = Files("deploy/prometheus/rules", "*.yml");

    /// <summary>Rules that record the past, for promtool.</summary>
    public static IReadOnlyList<string> BackfillRules { get; } = Files("deploy/prometheus/backfill", "*.yml");

    public static IReadOnlyList<string> RuleTests { get; } = Files("deploy/prometheus/tests", "*.yml");

    public static string Read(string path) => File.ReadAllText(Repository.PathTo(path));

    public static YamlMappingNode ReadYaml(string path)
    {
        var yaml = new YamlStream();
        using var reader = new StringReader(Read(path));
        yaml.Load(reader);
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    /// <summary>The value under a key, or null.</summary>
    public static YamlNode? Get(this YamlNode node, string key) =>
        node is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;

    public static string? Text(this YamlNode node, string key) => (node.Get(key) as YamlScalarNode)?.Value;

    /// <summary>The items of the list under a key; none when there is no such list.</summary>
    public static IEnumerable<YamlNode> Items(this YamlNode node, string key) => (node.Get(key) as YamlSequenceNode)?.Children ?? [];

    private static string[] Files(string directory, string pattern) =>
        [
            .. Directory
                .EnumerateFiles(Repository.PathTo(directory), pattern)
                .Select(file => Path.GetRelativePath(Repository.Root, file))
                .Order(StringComparer.Ordinal),
        ];
}
