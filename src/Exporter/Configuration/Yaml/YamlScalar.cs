namespace Exporter.Configuration.Yaml;

/// <param name="At">Its position.</param>
/// <param name="Text">The text as written, without the quotes; variables are not expanded yet.</param>
/// <param name="IsPlain">
/// Whether it has no quotes and is not a block, so that an empty text, <c>~</c> and <c>null</c> mean no value.
/// </param>
internal sealed record YamlScalar(Position At, string Text, bool IsPlain) : YamlNode(At)
{
    public bool IsNull => IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";
}
