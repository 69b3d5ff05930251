using System.Text.Json;

namespace Exporter.SendGrid;

/// <summary>Distinguishes a whole JSON document from one that was cut off and from anything else.</summary>
internal static class JsonBody
{
    internal enum Shape
    {
        Whole,

        /// <summary>The beginning of a document: the connection or a proxy cut it off.</summary>
        CutOff,

        /// <summary>A document with more than <see cref="AnswerLimits.PageRows"/> rows.</summary>
        TooLong,

        /// <summary>HTML, CSV, a bare value or anything else.</summary>
        NotJson,
    }

    /// <summary>Returns the bytes without a UTF-8 byte order mark.</summary>
    public static ReadOnlyMemory<byte> WithoutBom(ReadOnlyMemory<byte> body) => body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body;

    public static Shape Classify(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, isFinalBlock: false, default);
        var rows = 0;
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth == 0 && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
                {
                    return reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray ? Shape.Whole : Shape.NotJson;
                }

                if (reader.CurrentDepth <= 2 && IsValue(reader.TokenType) && ++rows > AnswerLimits.PageRows)
                {
                    return Shape.TooLong;
                }
            }

            return Shape.CutOff;
        }
        catch (JsonException)
        {
            return Shape.NotJson;
        }
    }

    /// <summary>Whether a value begins here, so that each row counts once.</summary>
    private static bool IsValue(JsonTokenType token) =>
        token is not (JsonTokenType.EndObject or JsonTokenType.EndArray or JsonTokenType.PropertyName);
}
