using System.Buffers;
using System.Text.Json;
using Exporter.SendGrid.Wire;

namespace Exporter.SendGrid;

/// <summary>Changes texts within a JSON document and leaves everything else as it was written.</summary>
internal static class JsonTexts
{
    /// <summary>Returns the document with every text changed, and the very same one when no text changes.</summary>
    /// <param name="json">A whole document; whatever follows it stays, too.</param>
    /// <param name="leastLength">The length of the shortest text that may change. Most texts are shorter and cost nothing.</param>
    /// <param name="change">Is not asked about names, and not about links to a next page: those are followed and not shown.</param>
    public static ReadOnlyMemory<byte> Change(ReadOnlyMemory<byte> json, int leastLength, Func<string, string> change)
    {
        var reader = new Utf8JsonReader(json.Span, isFinalBlock: false, default);
        ArrayBufferWriter<byte>? changed = null;
        var (copied, isLink) = (0, false);
        while (reader.Read() && !(reader.CurrentDepth == 0 && reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray))
        {
            // No text has more characters than bytes.
            if (reader.TokenType == JsonTokenType.String && !isLink && reader.ValueSpan.Length >= leastLength)
            {
                var text = LenientText.OfName(reader);
                if (change(text) is var next && next != text)
                {
                    changed ??= new ArrayBufferWriter<byte>(json.Length);
                    changed.Write(json.Span[copied..(int)reader.TokenStartIndex]);
                    changed.Write("\""u8);
                    changed.Write(JsonEncodedText.Encode(next).EncodedUtf8Bytes);
                    changed.Write("\""u8);
                    copied = (int)reader.BytesConsumed;
                }
            }

            isLink = reader.TokenType == JsonTokenType.PropertyName && reader.ValueSpan.SequenceEqual("next"u8);
        }

        if (changed is null)
        {
            return json;
        }

        changed.Write(json.Span[copied..]);
        return changed.WrittenMemory;
    }
}
