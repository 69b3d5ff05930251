using Exporter.Configuration.Values;

namespace Exporter.Tests.Configuration;

public sealed class VariablesTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("${WORD}", "word")]
    [InlineData("a${WORD}b${WORD}c", "awordbwordc")]
    [InlineData("${EMPTY}", "")]
    [InlineData("$$", "$")]
    [InlineData("$${WORD}", "${WORD}")]
    [InlineData("$$${WORD}", "$word")]
    [InlineData("$WORD $ $", "$WORD $ $")]
    [InlineData("}", "}")]
    [InlineData("${OTHER:-default}", "default")]
    [InlineData("${EMPTY:-default}", "default")]
    [InlineData("${WORD:-default}", "word")]
    [InlineData("${OTHER:-}", "")]
    [InlineData("${OTHER:-a:-b $ $$ {x $}", "a:-b $ $$ {x $")]
    [InlineData("$${OTHER:-default}", "${OTHER:-default}")]
    [InlineData("a${OTHER:-b}c${WORD:-d}", "abcword")]
    public void A_value_is_expanded(string text, string expanded)
    {
        Assert.Null(Variables.Expand(text, Files.Environment, out var result));
        Assert.Equal(expanded, result);
    }

    [Theory]
    [InlineData("${", "expected } after ${")]
    [InlineData("${WORD", "expected } after ${")]
    [InlineData("${}", "expected the name of an environment variable (letters, digits, _) in ${…}")]
    [InlineData("${1A}", "expected the name of an environment variable (letters, digits, _) in ${…}")]
    [InlineData("${A B}", "expected the name of an environment variable (letters, digits, _) in ${…}")]
    [InlineData("${OTHER}", "the environment variable OTHER is not set")]
    [InlineData("${OTHER:-default", "expected } after ${")]
    [InlineData("${:-default}", "expected the name of an environment variable (letters, digits, _) in ${…}")]
    [InlineData("${OTHER-default}", "expected the name of an environment variable (letters, digits, _) in ${…}")]
    public void A_mistake_in_a_variable_is_reported(string text, string mistake) =>
        Assert.Equal(mistake, Variables.Expand(text, Files.Environment, out _));

    /// <summary>The rest of such a text came out as the value: <c>prod}</c> for <c>${TEAM:-${USER}}</c> with TEAM=prod.</summary>
    [Fact]
    public void A_variable_inside_a_default_is_refused_whatever_is_set_and_around_it()
    {
        string[] names = ["WORD", "EMPTY", "OTHER"];
        string[] inner = ["${@}", "${@:-x}", "a${@}b", "${@", "$${@}", "${"];
        string[] around = ["#", "a#", "#b", "${WORD}#", "$$#", "#}", "##"];
        var texts =
            from outer in names
            from other in names
            from nested in inner
            from place in around
            select (
                outer,
                place.Replace("#", $"${{{outer}:-{nested.Replace("@", other, StringComparison.Ordinal)}}}", StringComparison.Ordinal)
            );
        Assert.All(
            texts,
            static each =>
                Assert.Equal(
                    $"expected }} before the next ${{ in ${{{each.outer}:-…}}, for a default holds no other variable",
                    Variables.Expand(each.Item2, Files.Environment, out _)
                )
        );
    }

    [Fact]
    public void What_the_environment_holds_is_not_expanded_again()
    {
        Assert.Null(Variables.Expand("${A}", _ => "${A}$$", out var result));
        Assert.Equal("${A}$$", result);
    }
}
