using System.Globalization;

namespace Exporter.Telemetry;

/// <summary>Text from anywhere as it may leave the program: no API key is in it, and no character that a terminal obeys.</summary>
internal static class Harmless
{
    /// <summary>Returns the text on one line.</summary>
    public static string Line(string text) => OneLine.From(KeyShape.Hide(text));

    /// <summary>Returns the text with its line breaks; each line is made harmless.</summary>
    public static string Lines(string text) => OneLine.EachFrom(KeyShape.Hide(text));

    /// <summary>
    /// Returns the value of a field without API keys: a number or truth value as it is, anything else as text, because what it turns into
    /// later could hold a key.
    /// </summary>
    public static object? Value(object? value) =>
        value switch
        {
            null or bool or byte or sbyte or short or ushort or int or uint or long or ulong or float or double or decimal => value,
            TimeSpan span => span.TotalSeconds.ToString("0.###s", CultureInfo.InvariantCulture),
            IFormattable formattable => KeyShape.Hide(formattable.ToString(format: null, CultureInfo.InvariantCulture)),
            _ => KeyShape.Hide(value.ToString() ?? ""),
        };
}
