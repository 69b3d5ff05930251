using System.Buffers;

namespace Exporter.Exposition.Text;

/// <summary>Formats label values for the exposition format.</summary>
internal static class LabelText
{
    private static readonly SearchValues<char> Special = SearchValues.Create("\\\"\n");

    /// <summary>Escapes backslash, double quote and line feed, and nothing else (exposition format 0.0.4).</summary>
    public static string Escape(string value) =>
        value.AsSpan().ContainsAny(Special)
            ? value
                .Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal)
            : value;
}
