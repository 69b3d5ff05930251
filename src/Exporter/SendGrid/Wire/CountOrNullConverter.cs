using System.Text.Json;
using System.Text.Json.Serialization;

namespace Exporter.SendGrid.Wire;

/// <summary>Reads a number that serves diagnosis only: any value that is not a count becomes <see langword="null"/>.</summary>
internal sealed class CountOrNullConverter : JsonConverter<long?>
{
    public override long? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (WholeNumber.TryRead(ref reader, out var value))
        {
            return value >= 0 ? value : null;
        }

        reader.Skip();
        return null;
    }

    public override void Write(Utf8JsonWriter writer, long? value, JsonSerializerOptions options) => throw new NotSupportedException();
}
