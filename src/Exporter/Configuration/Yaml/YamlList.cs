namespace Exporter.Configuration.Yaml;

internal sealed record YamlList(Position At, int Size, IReadOnlyList<YamlNode> Items) : YamlNode(At, Size);
