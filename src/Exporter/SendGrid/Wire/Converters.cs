using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Exporter.SendGrid.Wire;

/// <summary>A count: a whole number of at least 0, also as text or as <c>3.0</c>. Anything else is undecodable.</summary>
internal sealed class CountConverter : JsonConverter<long>
{
    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        WholeNumber.TryRead(ref reader, out var value) && value >= 0
            ? value
            : throw new JsonException("expected a whole number of at least 0");

    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) => throw new NotSupportedException();
}

/// <summary>The same for a number that may be missing: null is none, anything else that is no count is undecodable.</summary>
internal sealed class OptionalCountConverter : JsonConverter<long?>
{
    public override long? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        WholeNumber.TryRead(ref reader, out var value) && value >= 0
            ? value
            : throw new JsonException("expected a whole number of at least 0, or null");

    public override void Write(Utf8JsonWriter writer, long? value, JsonSerializerOptions options) => throw new NotSupportedException();
}

/// <summary>A number that is only for diagnosis: whatever is not a count reads as <see langword="null"/>.</summary>
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

/// <summary>A link's position: a whole number in digits, however it is written, or any other text; empty is nothing.</summary>
internal sealed class LocationConverter : JsonConverter<string?>
{
    public override bool HandleNull => true;

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        WholeNumber.TryRead(ref reader, out var value) && value >= 0 ? value.ToString(CultureInfo.InvariantCulture)
        : LenientText.Read(ref reader) is { Length: > 0 } text ? text
        : null;

    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => throw new NotSupportedException();
}

internal static class WholeNumber
{
    /// <summary>Reads 3, 3.0, "3" and "3.0"; <see langword="false"/> for a fraction, too big a number or another kind of value.</summary>
    public static bool TryRead(ref Utf8JsonReader reader, out long value)
    {
        value = 0;
        if (reader.TokenType == JsonTokenType.Number)
        {
            return reader.TryGetInt64(out value) || (reader.TryGetDecimal(out var number) && TryWhole(number, out value));
        }

        return reader.TokenType == JsonTokenType.String
            && decimal.TryParse(
                reader.ValueSpan,
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var text
            )
            && TryWhole(text, out value);
    }

    private static bool TryWhole(decimal number, out long value)
    {
        var whole = number is >= long.MinValue and <= long.MaxValue && decimal.Truncate(number) == number;
        value = whole ? (long)number : 0;
        return whole;
    }
}
