namespace Exporter.Configuration;

/// <summary>A piece of the file and where it stands. An alias is the piece that it names, at the alias's own place.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Size">How many pieces it consists of, aliases counted in full: what reading it costs.</param>
internal abstract record YamlNode(Position At, int Size);

/// <param name="At">Where it begins.</param>
/// <param name="Text">The text as written, without the quotes; variables are not expanded yet.</param>
/// <param name="IsPlain">Not in quotes and not a block, so that nothing, <c>~</c> and <c>null</c> mean no value.</param>
internal sealed record YamlScalar(Position At, string Text, bool IsPlain) : YamlNode(At, 1)
{
    public bool IsNull => IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";
}

internal sealed record YamlList(Position At, int Size, IReadOnlyList<YamlNode> Items) : YamlNode(At, Size);

/// <param name="At">Where it begins.</param>
/// <param name="Size">How many pieces it consists of.</param>
/// <param name="Entries">
/// In the order of the file. A key that stands twice was reported and is still here: its value may be a secret.
/// </param>
internal sealed record YamlMap(Position At, int Size, IReadOnlyList<(YamlScalar Key, YamlNode Value)> Entries) : YamlNode(At, Size);
