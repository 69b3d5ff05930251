namespace Exporter.Configuration.Yaml;

/// <param name="At">Where it begins.</param>
/// <param name="Size">How many pieces it consists of.</param>
/// <param name="Entries">
/// In the order of the file. A key that stands twice was reported and is still here: its value may be a secret.
/// </param>
internal sealed record YamlMap(Position At, int Size, IReadOnlyList<(YamlScalar Key, YamlNode Value)> Entries) : YamlNode(At, Size);
