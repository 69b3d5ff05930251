using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Exporter.SendGrid.Wire;

/// <summary>Reads any JSON value as text.</summary>
internal static class LenientText
{
    /// <summary>
    /// Returns a string, or a number or truth value as written; <see langword="null"/> for null, and for an object or array, which it
    /// skips. Half a surrogate pair or damaged UTF-8 becomes U+FFFD: neither may cost the row or the page.
    /// </summary>
    public static string? Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return OfName(reader);
        }

        if (reader.TokenType is JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False)
        {
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }

        reader.Skip();
        return null;
    }

    /// <summary>Returns the name of a member, or the text of a string.</summary>
    public static string OfName(in Utf8JsonReader reader) => Decode(reader.ValueSpan);

    /// <summary>Returns the text of an element; <see langword="null"/> when it is not a string.</summary>
    public static string? OfString(JsonElement element) =>
        element.ValueKind == JsonValueKind.String ? Decode(JsonMarshal.GetRawUtf8Value(element)[1..^1]) : null;

    /// <summary>Returns the last member with that name, if any.</summary>
    public static JsonElement? Member(JsonElement element, string name)
    {
        // TryGetProperty fails on any member whose name is not valid Unicode, even when another one is wanted.
        var found = (JsonElement?)null;
        foreach (var member in element.EnumerateObject())
        {
            if (Decode(JsonMarshal.GetRawUtf8PropertyName(member)) == name)
            {
                found = member.Value;
            }
        }

        return found;
    }

    /// <param name="utf8">The text between the quotes.</param>
    private static string Decode(ReadOnlySpan<byte> utf8)
    {
        var text = Encoding.UTF8.GetString(utf8);
        return utf8.Contains((byte)'\\') ? Unescape(text) : text;
    }

    /// <summary>Resolves the escapes of a JSON string, which the reader has found to be well-formed.</summary>
    private static string Unescape(string escaped)
    {
        var text = new StringBuilder(escaped.Length);
        for (var i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] != '\\')
            {
                text.Append(escaped[i]);
                continue;
            }

            i++;
            switch (escaped[i])
            {
                case 'u':
                    text.Append((char)ushort.Parse(escaped.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                    i += 4;
                    break;
                case 'b':
                    text.Append('\b');
                    break;
                case 'f':
                    text.Append('\f');
                    break;
                case 'n':
                    text.Append('\n');
                    break;
                case 'r':
                    text.Append('\r');
                    break;
                case 't':
                    text.Append('\t');
                    break;
                default:
                    text.Append(escaped[i]);
                    break;
            }
        }

        // The encoder replaces halves of surrogate pairs.
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
