using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Exporter.SendGrid.Wire;

/// <summary>Reads an object; an empty array is an empty object, as languages write it that have one type for both.</summary>
/// <param name="type">Reads the members.</param>
internal abstract class ObjectConverter<T>(Func<JsonTypeInfo<T>> type) : JsonConverter<T>
    where T : class, new()
{
    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            return reader.Read() && reader.TokenType == JsonTokenType.EndArray ? new T() : throw new JsonException("expected an object");
        }

        try
        {
            return JsonSerializer.Deserialize(ref reader, type());
        }
        catch (JsonException e)
        {
            // Its path begins here; without one it gets that of the whole page.
            throw new JsonException(e.Message, e);
        }
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => throw new NotSupportedException();
}
