namespace Exporter.Configuration.Yaml;

/// <param name="At">Its position.</param>
/// <param name="Entries">In the order of the file. A duplicate key was reported and is still here: its value may be a secret.</param>
internal sealed record YamlMap(Position At, IReadOnlyList<(YamlScalar Key, YamlNode Value)> Entries) : YamlNode(At);
