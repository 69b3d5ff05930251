using CsCheck;
using Exporter.Cli;

namespace Exporter.Tests.Cli;

public sealed class OneLineTests
{
    [Fact]
    public void What_a_terminal_would_obey_is_shown_by_its_code() =>
        Assert.Equal(
            "step \\u001b]0;owned\\u0007\\u000d\\u000aall is well\\u202e — ünïcode",
            OneLine.From("step \u001b]0;owned\u0007\r\nall is well\u202e — ünïcode")
        );

    [Fact]
    public void Any_text_is_one_line_without_control_characters() =>
        Gen.String.Sample(text =>
            Assert.DoesNotContain(OneLine.From(text), letter => char.IsControl(letter) || letter is '\u2028' or '\u2029')
        );
}
