namespace Exporter.Configuration.Values;

/// <summary>Finds the key that the user probably meant.</summary>
internal static class Suggestion
{
    /// <summary>
    /// Returns the known word nearest to the written one, if the difference is small: one letter in three, at most three.
    /// </summary>
    public static string? For(string written, IEnumerable<string> known) =>
        known
            .Where(k => Math.Abs(k.Length - written.Length) <= 3)
            .Select(k => (Word: k, Distance: Distance(written, k)))
            .Where(k => k.Distance <= Math.Clamp(k.Word.Length / 3, 1, 3))
            .OrderBy(k => k.Distance)
            .Select(k => k.Word)
            .FirstOrDefault();

    /// <summary>Returns Levenshtein's distance, ignoring case and the kind of dash.</summary>
    internal static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 0; i < a.Length; i++)
        {
            var diagonal = row[0]++;
            for (var j = 0; j < b.Length; j++)
            {
                var substituted = diagonal + (Fold(a[i]) == Fold(b[j]) ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(substituted, Math.Min(row[j], diagonal) + 1);
            }
        }

        return row[^1];
    }

    private static char Fold(char c) => c == '-' ? '_' : char.ToLowerInvariant(c);
}
