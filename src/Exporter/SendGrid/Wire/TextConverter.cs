using System.Text.Json;
using System.Text.Json.Serialization;

namespace Exporter.SendGrid.Wire;

/// <summary>
/// Reads any value that becomes a label as text: a number or a truth value as written; null, an object and an array as
/// <see langword="null"/>.
/// </summary>
internal sealed class TextConverter : JsonConverter<string?>
{
    public override bool HandleNull => true;

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        LenientText.Read(ref reader);

    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => throw new NotSupportedException();
}
