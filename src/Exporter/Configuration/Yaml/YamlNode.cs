namespace Exporter.Configuration.Yaml;

/// <summary>A piece of the file and its position. An alias becomes the piece that it names, at the alias's own position.</summary>
/// <param name="At">Its position.</param>
internal abstract record YamlNode(Position At);
