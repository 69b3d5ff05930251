namespace Exporter.Configuration.Yaml;

/// <summary>A piece of the file and where it stands. An alias is the piece that it names, at the alias's own place.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Size">How many pieces it consists of, aliases counted in full: what reading it costs.</param>
internal abstract record YamlNode(Position At, int Size);
