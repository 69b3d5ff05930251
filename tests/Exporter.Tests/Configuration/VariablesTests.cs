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
    [InlineData("${OTHER:-a:-b $ $$ ${WORD}", "a:-b $ $$ ${WORD")]
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

    [Fact]
    public void What_the_environment_holds_is_not_expanded_again()
    {
        Assert.Null(Variables.Expand("${A}", _ => "${A}$$", out var result));
        Assert.Equal("${A}$$", result);
    }
}
