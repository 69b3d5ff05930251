using System.Text.Json;
using System.Text.Json.Serialization;

namespace Exporter.SendGrid.Wire;

/// <summary>
/// What becomes a label is text, and whatever the API writes there is read as text: a number or a truth value as it stands. Null, an object
/// and an array are nothing.
/// </summary>
internal sealed class TextConverter : JsonConverter<string?>
{
    public override bool HandleNull => true;

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        LenientText.Read(ref reader);

    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => throw new NotSupportedException();
}
