using Exporter.SendGrid.Keys;

namespace Exporter.Tests.SendGrid;

/// <summary>What is said about each spelling is in KeyDoorsTests, for every place where a key may stand.</summary>
public sealed class KeyTextTests
{
    private const string Telling = "SG.abz059-_=: \t\r\n\"'`<>{[$%&\0\a~\u007f\u00e9\u0085\u00a0\u200b\u2019\u2028\ud83d\ufeff\uff02";

    /// <summary>The text goes into a header, and from there into a comparison with what a person has copied.</summary>
    [Fact]
    public void Whatever_is_taken_for_a_key_can_stand_in_a_header()
    {
        var taken = 0;
        for (var seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            var text = string.Concat(
                Enumerable.Range(0, random.Next(9)).Select(_ => Telling[random.Next(random.Next(2) == 0 ? 11 : Telling.Length)])
            );
            if (KeyText.Mistake(text) is null)
            {
                taken++;
                var key = KeyText.Trim(text);
                Assert.NotEqual("", key);
                Assert.All(key, static c => Assert.True(c is > ' ' and <= '~' and not ('"' or '\'' or '`'), $"U+{(int)c:X4}"));
            }
        }

        Assert.InRange(taken, 1000, 19_000);
    }

    /// <summary>Some texts are wrong in several ways: the one is named that a person would see.</summary>
    [Theory]
    [InlineData("Bearer 'SG.x.y'", "Bearer in front of it")]
    [InlineData("KEY='SG.x.y'", "NAME=value instead of the value alone")]
    [InlineData("export KEY=\"SG.x y\"", "NAME=value instead of the value alone")]
    [InlineData("{\"key\": \"SG.x.y\"}\n", "a JSON document")]
    [InlineData("KEY=${KEY}", "a placeholder that was not filled in")]
    [InlineData("<your key>", "a placeholder that was not filled in")]
    [InlineData("\"a b\"", "quotes")]
    [InlineData("# mine\nSG.x.y", "more than one line")]
    [InlineData("SG.x\u200b.\u00e9", "an invisible character in it (U+200B)")]
    public void Of_several_mistakes_the_one_is_named_that_explains_the_others(string text, string named) =>
        Assert.Equal(named, KeyText.Mistake(text));

    /// <summary>A proxy in front of the API may want a key of its own.</summary>
    [Theory]
    [InlineData("U0cuaGVsbG8ud29ybGQ=")]
    [InlineData("bearer-token-1")]
    [InlineData("bearer.x")]
    [InlineData("user:password")]
    [InlineData("a=")]
    [InlineData("a==")]
    [InlineData("=a")]
    public void What_only_looks_like_a_mistake_is_none(string text) => Assert.Null(KeyText.Mistake(text));

    [Theory]
    [InlineData(21, "does not look like")]
    [InlineData(22, "the ID of an API key")]
    [InlineData(23, "does not look like")]
    public void The_part_that_SendGrid_goes_on_showing_is_known_by_its_length(int length, string doubt) =>
        Assert.Contains(doubt, KeyText.Doubt(new string('x', length)), StringComparison.Ordinal);

    [Theory]
    [InlineData("SG.a.b", true)]
    [InlineData(" \uFEFFSG.a-_9.b\r\n", true)]
    [InlineData("SG.a.b.c", false)]
    [InlineData("SG.a.", false)]
    [InlineData("xSG.a.b", false)]
    public void A_key_of_SendGrids_is_SG_an_id_and_a_secret(string text, bool isOne) => Assert.Equal(isOne, KeyText.Doubt(text) is null);
}
