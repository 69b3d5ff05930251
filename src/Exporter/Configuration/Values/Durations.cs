using System.Globalization;

namespace Exporter.Configuration.Values;

/// <summary>Parses and formats durations: one whole number and one unit, <c>30s</c>, <c>5m</c>, <c>2h</c> or <c>7d</c>.</summary>
internal static class Durations
{
    /// <summary>
    /// Parses a duration; one that is too long for a <see cref="TimeSpan"/> becomes the longest value, which a range check then refuses.
    /// </summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var digits = text.AsSpan()[..Math.Max(0, text.Length - 1)];
        var unit = text.Length == 0 ? 0 : Seconds(text[^1]);
        if (unit == 0 || digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        duration =
            long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number <= (long)TimeSpan.MaxValue.TotalSeconds / unit
                ? TimeSpan.FromSeconds(number * unit)
                : TimeSpan.MaxValue;
        return true;
    }

    /// <summary>Returns the shortest way to write a duration of whole seconds; one day is <c>24h</c>, as in the documents.</summary>
    public static string Format(TimeSpan duration)
    {
        var seconds = (long)duration.TotalSeconds;
        var unit = "dhm".FirstOrDefault(u => seconds % Seconds(u) == 0 && seconds >= (u == 'd' ? 2 : 1) * Seconds(u), 's');
        return $"{seconds / Seconds(unit)}{unit}";
    }

    private static long Seconds(char unit) =>
        unit switch
        {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86400,
            _ => 0,
        };
}
