using System.Text.Json;
using System.Text.Json.Serialization;

namespace Exporter.SendGrid.Wire;

/// <summary>
/// Reads a count that may be missing: null becomes <see langword="null"/>; any other value that is not a count is undecodable.
/// </summary>
internal sealed class OptionalCountConverter : JsonConverter<long?>
{
    public override long? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        WholeNumber.TryRead(ref reader, out var value) && value >= 0
            ? value
            : throw new JsonException("expected a whole number of at least 0, or null");

    public override void Write(Utf8JsonWriter writer, long? value, JsonSerializerOptions options) => throw new NotSupportedException();
}
