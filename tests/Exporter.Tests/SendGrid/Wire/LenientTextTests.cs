using System.Text;
using System.Text.Json;
using Exporter.SendGrid.Wire;

namespace Exporter.Tests.SendGrid.Wire;

public sealed class LenientTextTests
{
    /// <summary>Letters, escapes as such, both halves of a surrogate pair, and what needs two and three bytes.</summary>
    private const string Telling = "ab\\\"/u0d8\b\f\n\r\t\0\u001f\u00e9\u20ac\ud83d\ude00\ufffd";

    /// <summary>Each character as it is, as its short escape or by its number.</summary>
    [Fact]
    public void Any_text_is_read_as_it_was_meant_however_it_was_escaped()
    {
        for (var seed = 0; seed < 5000; seed++)
        {
            var random = new Random(seed);
            var meant = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => Telling[random.Next(Telling.Length)]));
            var json = $"\"{string.Concat(meant.Select(c => Escape(c, random)))}\"";

            // Half of a pair has no meaning, and stands for itself in no encoding.
            var expected = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(meant));

            Assert.Equal((expected, JsonTokenType.EndArray), Read(Encoding.UTF8.GetBytes($"[{json}]")));
            using var document = JsonDocument.Parse($$"""{{{json}}:{{json}}}""");
            Assert.Equal(expected, LenientText.OfString(document.RootElement.EnumerateObject().First().Value));
            Assert.Equal(expected, LenientText.OfString(LenientText.Member(document.RootElement, expected)!.Value));
        }
    }

    [Theory]
    [InlineData("1.50", "1.50")]
    [InlineData("-0", "-0")]
    [InlineData("1e400", "1e400")]
    [InlineData("12345678901234567890123", "12345678901234567890123")]
    [InlineData("true", "true")]
    [InlineData("false", "false")]
    [InlineData("null", null)]
    [InlineData("{\"a\":[{\"b\":\"]\"}]}", null)]
    [InlineData("[[1],{}]", null)]
    [InlineData("\"\"", "")]
    public void What_is_no_text_is_read_as_written_and_what_has_parts_is_passed_over(string json, string? text) =>
        Assert.Equal((text, JsonTokenType.EndArray), Read(Encoding.UTF8.GetBytes($"[{json}]")));

    [Fact]
    public void Bytes_that_are_no_UTF8_cost_a_character_and_not_the_row() =>
        Assert.Equal(("a\ufffdb\n", JsonTokenType.EndArray), Read([.. "[\"a"u8, 0xff, .. "b\\n\"]"u8]));

    [Fact]
    public void A_member_is_found_beside_one_whose_name_is_no_text_and_the_last_of_several_counts()
    {
        using var document = JsonDocument.Parse("""{"\ud800":0,"n\u0061me":1,"name":2,"Name":3}""");

        Assert.Equal(2, LenientText.Member(document.RootElement, "name")?.GetInt32());
        Assert.Equal(0, LenientText.Member(document.RootElement, "\ufffd")?.GetInt32());
        Assert.Null(LenientText.Member(document.RootElement, "names"));
        Assert.Null(LenientText.OfString(LenientText.Member(document.RootElement, "name")!.Value));
    }

    /// <returns>The text, and what follows it.</returns>
    private static (string? Text, JsonTokenType Next) Read(byte[] array)
    {
        var reader = new Utf8JsonReader(array);
        reader.Read();
        reader.Read();
        var text = LenientText.Read(ref reader);
        reader.Read();
        return (text, reader.TokenType);
    }

    private static string Escape(char c, Random random)
    {
        var isBare = c is >= ' ' and not ('"' or '\\') && !char.IsSurrogate(c);
        var letter = "\"\\/\b\f\n\r\t".IndexOf(c, StringComparison.Ordinal);
        return random.Next(3) switch
        {
            0 when isBare => $"{c}",
            1 when letter >= 0 => $"\\{"\"\\/bfnrt"[letter]}",
            2 => $"\\u{(int)c:x4}",
            _ => $"\\u{(int)c:X4}",
        };
    }
}
