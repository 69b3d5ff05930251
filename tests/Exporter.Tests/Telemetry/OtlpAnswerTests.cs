using Exporter.Telemetry;

namespace Exporter.Tests.Telemetry;

public sealed class OtlpAnswerTests
{
    [Theory]
    [InlineData("", null)]
    [InlineData("0A00", null)]
    [InlineData("0A020800", null)]
    [InlineData("0A03120161", null)]
    [InlineData("0A05080512016F", "the receiver refused 5 points: o")]
    [InlineData("0A0308AC02", "the receiver refused 300 points: ")]
    [InlineData("0AFFFFFFFF0F", null)]
    [InlineData("7B7D", null)]
    [InlineData("FFFFFFFFFFFFFFFFFFFFFFFF", null)]
    public void Points_that_were_refused_in_an_answer_of_success_are_a_failure(string answer, string? expected) =>
        Assert.Equal(expected, OtlpAnswer.Rejection(Convert.FromHexString(answer), new Harmless()));
}
