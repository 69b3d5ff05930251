namespace Exporter.Configuration.Values;

/// <summary>
/// Checks a text before .NET looks for the blocks of PEM in it: .NET searches the whole rest of the text for the end of each block, which
/// takes minutes for a text of many beginnings.
/// </summary>
internal static class PemText
{
    /// <summary>The most characters of a text. The authorities of all the web take a quarter of this.</summary>
    public const int MostCharacters = 1024 * 1024;

    /// <summary>The most blocks of a text, whole or not.</summary>
    public const int MostBlocks = 1000;

    /// <summary>Describes what makes a text too much; <see langword="null"/> when it can be searched.</summary>
    public static string? Mistake(string text)
    {
        if (text.Length > MostCharacters)
        {
            return $"more than {MostCharacters} characters";
        }

        return text.AsSpan().Count("-----BEGIN ") > MostBlocks ? $"more than {MostBlocks} blocks of PEM" : null;
    }
}
