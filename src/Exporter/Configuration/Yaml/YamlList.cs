namespace Exporter.Configuration.Yaml;

internal sealed record YamlList(Position At, IReadOnlyList<YamlNode> Items) : YamlNode(At);
