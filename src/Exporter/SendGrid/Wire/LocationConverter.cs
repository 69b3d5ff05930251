using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Exporter.SendGrid.Wire;

/// <summary>
/// Reads a link's position: a whole number as digits, in whatever form it is written, or any other text; empty text becomes
/// <see langword="null"/>.
/// </summary>
internal sealed class LocationConverter : JsonConverter<string?>
{
    public override bool HandleNull => true;

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (WholeNumber.TryRead(ref reader, out var value) && value >= 0)
        {
            return value.ToString(CultureInfo.InvariantCulture);
        }

        return LenientText.Read(ref reader) is { Length: > 0 } text ? text : null;
    }

    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => throw new NotSupportedException();
}
