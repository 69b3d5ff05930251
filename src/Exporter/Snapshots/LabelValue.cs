using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Exporter.Snapshots;

/// <summary>
/// Makes text of the API safe as a label value. The types that identify and describe campaigns and links pass their texts through here when
/// they are created, so that texts which become equal are equal before anything is summed.
/// </summary>
internal static class LabelValue
{
    /// <summary>
    /// In bytes of UTF-8. Prometheus refuses a whole scrape for one value above its <c>label_value_length_limit</c>; 1,023 is a common
    /// setting.
    /// </summary>
    public const int MaxBytes = 1000;

    /// <summary>Returns the text, cut between two characters. Half of a surrogate pair becomes U+FFFD, as it would in UTF-8.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Sanitize(string? text)
    {
        if (text is null || (text.Length <= MaxBytes / 3 && !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF')))
        {
            return text;
        }

        // Each character has at least one byte, so the rest does not matter.
        var bytes = Encoding.UTF8.GetBytes(text, 0, Math.Min(text.Length, MaxBytes + 1));
        var end = bytes.Length;
        if (end > MaxBytes)
        {
            for (end = MaxBytes; (bytes[end] & 0xC0) == 0x80; end--)
            {
                // This byte is in the middle of a character.
            }
        }

        var value = Encoding.UTF8.GetString(bytes, 0, end);
        return value == text ? text : value;
    }

    /// <summary>Whether a value may have been cut. No character has more than four bytes.</summary>
    public static bool MayBeCut(string value) => Encoding.UTF8.GetByteCount(value) > MaxBytes - 4;
}
