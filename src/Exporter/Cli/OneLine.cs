using System.Globalization;

namespace Exporter.Cli;

/// <summary>Text from elsewhere, as a terminal may see it: on one line, and without characters that a terminal obeys.</summary>
internal static class OneLine
{
    /// <summary>Replaces control and formatting characters and line separators by their code, as in <c>\u001b</c>.</summary>
    public static string From(string text) =>
        string.Concat(text.Select(static letter => IsObeyed(letter) ? $"\\u{(int)letter:x4}" : letter.ToString()));

    private static bool IsObeyed(char letter) =>
        char.GetUnicodeCategory(letter)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;
}
