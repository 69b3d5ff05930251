using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Exporter.SendGrid.Wire;

/// <summary>Reads an object. An empty array counts as an empty object, because some languages have one type for both.</summary>
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
            // The inner path begins at this object. A new exception without a path gets the path from the page.
            throw new JsonException(e.Message, e);
        }
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => throw new NotSupportedException();
}
