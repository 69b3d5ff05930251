namespace Exporter.Configuration.Yaml;

/// <param name="At">Its position.</param>
/// <param name="Size">The number of its pieces.</param>
/// <param name="Entries">In the order of the file. A duplicate key was reported and is still here: its value may be a secret.</param>
internal sealed record YamlMap(Position At, int Size, IReadOnlyList<(YamlScalar Key, YamlNode Value)> Entries) : YamlNode(At, Size);
