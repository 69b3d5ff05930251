using System.Text.Json;
using CsCheck;
using Exporter.Telemetry;

namespace Exporter.Tests.Telemetry;

public sealed class OneLineTests
{
    [Fact]
    public void What_a_terminal_would_obey_is_shown_by_its_code() =>
        Assert.Equal(
            "step \\u001b]0;owned\\u0007\\u000d\\u000aall is well\\u202e\\u009b2J\\u2028\\udb40\\udc41 — ünïcode 😀",
            OneLine.From("step \u001b]0;owned\u0007\r\nall is well\u202e\u009b2J\u2028\U000E0041 — ünïcode 😀")
        );

    [Fact]
    public void Any_text_is_one_line_that_no_terminal_obeys() =>
        Hostile.Texts.Sample(static text => Hostile.AssertHarmless(OneLine.From(text)));

    [Fact]
    public void A_string_of_json_still_means_the_same() =>
        Hostile.Texts.Sample(static text =>
            Assert.Equal(text, JsonSerializer.Deserialize<string>(OneLine.From(JsonSerializer.Serialize(text))))
        );
}
