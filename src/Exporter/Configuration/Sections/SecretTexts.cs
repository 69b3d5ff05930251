using System.Buffers;
using System.Text;
using Exporter.SendGrid.Keys;

namespace Exporter.Configuration.Sections;

/// <summary>
/// Texts that no message may hold. However many they are, a message is searched once for all of them.
/// </summary>
internal sealed class SecretTexts
{
    private readonly HashSet<string> _all;
    private readonly SearchValues<string> _any;

    /// <summary>The lengths of the texts, the longest first.</summary>
    private readonly int[] _lengths;

    public SecretTexts(IEnumerable<string> texts)
    {
        _all = texts.ToHashSet(StringComparer.Ordinal);
        _any = SearchValues.Create([.. _all], StringComparison.Ordinal);
        _lengths = [.. _all.Select(static text => text.Length).Distinct().OrderDescending()];
    }

    public bool AreIn(string text) => text.AsSpan().ContainsAny(_any);

    /// <summary>Replaces every secret, as a whole where two overlap or one is part of another.</summary>
    public string Redact(string text)
    {
        var result = new StringBuilder();
        var (end, from) = (0, 0);
        while (text.AsSpan(from).IndexOfAny(_any) is >= 0 and var ahead)
        {
            var at = from + ahead;
            if (at > end || result.Length == 0)
            {
                result.Append(text, end, at - end).Append(ApiKey.Redacted);
            }

            end = Math.Max(end, at + LengthAt(text, at));
            from = at + 1;
        }

        return result.Append(text, end, text.Length - end).ToString();
    }

    private int LengthAt(string text, int at)
    {
        var all = _all.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var length in _lengths)
        {
            if (at + length <= text.Length && all.Contains(text.AsSpan(at, length)))
            {
                return length;
            }
        }

        return 0;
    }
}
