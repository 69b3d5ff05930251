using System.Globalization;

namespace Exporter.Configuration.Values;

/// <summary>Parses and formats amounts of bytes: one whole number and one unit, <c>512KiB</c>, <c>512MiB</c> or <c>2GiB</c>.</summary>
internal static class ByteSizes
{
    private static readonly (string Word, int Shift)[] Units = [("GiB", 30), ("MiB", 20), ("KiB", 10)];

    /// <summary>
    /// Parses an amount; one that is too big for a <see cref="long"/> becomes the largest value, which a range check then refuses.
    /// </summary>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var (word, shift) = Array.Find(Units, unit => text.EndsWith(unit.Word, StringComparison.Ordinal));
        var digits = word is null ? [] : text.AsSpan()[..^word.Length];
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        var isReadable = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        bytes = isReadable && number <= long.MaxValue >> shift ? number << shift : long.MaxValue;
        return true;
    }

    /// <summary>Returns the shortest way to write an amount of whole KiB.</summary>
    public static string Format(long bytes)
    {
        var (word, shift) = Array.Find(Units, unit => bytes % (1L << unit.Shift) == 0 || unit.Shift == Units[^1].Shift);
        return string.Create(CultureInfo.InvariantCulture, $"{bytes >> shift}{word}");
    }
}
