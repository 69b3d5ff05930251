using System.Globalization;
using System.Text;

namespace Exporter.Telemetry;

/// <summary>Text from elsewhere, as a terminal may see it: on one line, and without characters that a terminal obeys.</summary>
internal static class OneLine
{
    /// <summary>
    /// Replaces control and formatting characters and line separators by their code, as in <c>\u001b</c>. Inside a string of JSON it means
    /// the same as before. A lone surrogate, which no stream can carry, becomes U+FFFD.
    /// </summary>
    public static string From(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        var line = new StringBuilder(text.Length);
        foreach (var letter in text.EnumerateRunes())
        {
            if (IsObeyed(letter))
            {
                AppendCode(line, letter);
            }
            else
            {
                line.Append(letter);
            }
        }

        return line.ToString();
    }

    /// <summary>Returns the text with its line breaks; each line is made harmless.</summary>
    public static string EachFrom(string text) =>
        string.Join('\n', text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n').Select(From));

    /// <summary>Whether a terminal does something else with the text than to show it.</summary>
    public static bool IsIn(string text) => text.EnumerateRunes().Any(IsObeyed);

    private static void AppendCode(StringBuilder line, Rune letter)
    {
        Span<char> units = stackalloc char[2];
        foreach (var unit in units[..letter.EncodeToUtf16(units)])
        {
            line.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
        }
    }

    private static bool IsObeyed(Rune letter) =>
        Rune.GetUnicodeCategory(letter)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;
}
