using System.Text;
using System.Text.Json;
using CsCheck;
using Exporter.SendGrid;
using Exporter.SendGrid.Keys;

namespace Exporter.Tests.SendGrid;

public sealed class ErrorBodyTests
{
    private const string Key = "SG.abcdefghijklmnop.0123456789_ABCDEFGHIJKLMNOPQRSTUVWXYZ-abcdef";

    [Theory]
    [InlineData("""{"errors":[{"message":"one","field":"page_size"},{"message":"two","help":"http://x"}]}""", "one; two")]
    [InlineData("""{"errors":["one",null,3]}""", "one")]
    [InlineData("""{"errors":"one"}""", "one")]
    [InlineData("""{"errors":{"message":"one"}}""", "one")]
    [InlineData("""{"message":"one"}""", "one")]
    [InlineData("""{"error":"one","message":"one"}""", "one")]
    [InlineData("""{"error":{"code":"x","message":"one"}}""", "one")]
    [InlineData("""{"errors":[]}""", null)]
    [InlineData("""{"errors":[{"message":""}]}""", null)]
    [InlineData("""{"errors":[{"message":null}],"other":"no"}""", null)]
    [InlineData("""[{"message":"elsewhere"}]""", null)]
    [InlineData("plain words", "plain words")]
    [InlineData("", null)]
    [InlineData("<html>page</html>", null)]
    [InlineData("""{"message":"one","other":"cut off""", "one")]
    [InlineData("""{"message":"cut off""", null)]
    [InlineData("""{"message":"a \ud800 b\u0000\u200b\nc"}""", "a \uFFFD bc")]
    public void The_sentence_is_found_wherever_apis_put_it(string body, string? sentence) =>
        Assert.Equal(sentence?.Replace("bc", "b c"), Read(body).Sentence);

    [Theory]
    [InlineData("key " + Key + " is bad")]
    [InlineData("SG.otherkeyABC.def is bad")]
    [InlineData("Authorization: Bearer abcdefgh12345678")]
    [InlineData("Basic dXNlcjpwYXNzd29yZA==")]
    [InlineData("it begins with SG.abcdefghij and ends")]
    [InlineData("it ends with UVWXYZ-abcdef and begins")]
    [InlineData("token eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9")]
    [InlineData("session 0123456789abcdef0123456789abcdef")]
    public void Nothing_that_looks_like_a_secret_is_shown(string text)
    {
        var sentence = Read(JsonSerializer.Serialize(new Dictionary<string, string> { ["message"] = text })).Sentence!;

        Assert.Contains(ApiKey.Redacted, sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("abcdef", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("12345678", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("dXNlcj", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJh", sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("jane.doe@shop.example has no access", "<address> has no access")]
    [InlineData("<jane.doe+x@shop.example>", "<<address>>")]
    [InlineData("user jane%40shop.example", "user <address>")]
    [InlineData("user jane%2540shop.example", "user <address>")]
    [InlineData("user jane&#64;shop.example", "user <address>")]
    [InlineData("user jane\uFF20shop.example", "user <address>")]
    [InlineData("user \"jane doe\"@shop.example", "user <address>")]
    [InlineData("password=hunter2 is wrong", "<secret> is wrong")]
    public void Addresses_of_people_are_not_shown(string text, string shown) => Assert.Equal(shown, ErrorBody.Clean(text, Key));

    /// <summary>Any bytes, and any text around a key, in the shapes that answers have.</summary>
    [Fact]
    public void Whatever_the_body_holds_it_is_one_short_line_without_the_key()
    {
        var noise = Gen.String[0, 400];
        string[] shapes =
        [
            "{0}",
            """{{"message":{1}}}""",
            """{{"errors":[{{"message":{1}}}]}}""",
            """{{"error":{1},"message":{1}}}""",
            "<html>{0}</html>",
            """{{"errors":{1}}}""",
        ];
        var shape = Gen.Int[0, shapes.Length - 1].Select(which => shapes[which]);
        Gen.Select(noise, noise, shape, Gen.Bool)
            .Sample(
                (before, after, form, withKey) =>
                {
                    var text = before + (withKey ? Key : "") + after;
                    var body = string.Format(System.Globalization.CultureInfo.InvariantCulture, form, text, JsonSerializer.Serialize(text));
                    var sentence = Read(body).Sentence;
                    Assert.True(
                        sentence is null || (sentence.Length is > 0 and <= ErrorBody.MostCharacters && !sentence.Any(char.IsControl))
                    );
                    for (var i = 0; i + 8 <= Key.Length; i++)
                    {
                        Assert.DoesNotContain(Key.Substring(i, 8), sentence ?? "", StringComparison.OrdinalIgnoreCase);
                    }
                }
            );
    }

    [Fact]
    public void Any_bytes_are_an_error_body() =>
        Gen
            .Byte.Array[0, 300]
            .Sample(static bytes => ErrorBody.Read(bytes, Key).Sentence is null or { Length: <= ErrorBody.MostCharacters });

    [Fact]
    public void Ten_thousand_brackets_are_no_sentence() =>
        Assert.Null(Read("{\"errors\":" + new string('[', 10_000) + new string(']', 10_000) + "}").Sentence);

    private static ErrorBody Read(string body) => ErrorBody.Read(Encoding.UTF8.GetBytes(body), Key);
}
