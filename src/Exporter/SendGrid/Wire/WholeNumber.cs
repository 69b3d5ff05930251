using System.Globalization;
using System.Text.Json;

namespace Exporter.SendGrid.Wire;

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
