using System.Globalization;
using Exporter.Web.Pages;

namespace Exporter.Tests.Web;

public sealed class HumanTextTests
{
    [Theory]
    [InlineData(-1, "0 s")]
    [InlineData(0, "0 s")]
    [InlineData(119, "119 s")]
    [InlineData(120, "2 min")]
    [InlineData(7199, "119 min")]
    [InlineData(7200, "2 h")]
    [InlineData(47 * 3600, "47 h")]
    [InlineData(48 * 3600, "2 d")]
    public void A_length_of_time_is_rough_and_never_more_than_it_is(int seconds, string text) =>
        Assert.Equal(text, HumanText.Span(TimeSpan.FromSeconds(seconds)));

    /// <summary>Who watches the page saw 99 s become 1 min.</summary>
    [Fact]
    public void A_length_of_time_that_grows_never_looks_shorter()
    {
        var before = 0;
        for (var seconds = 0; seconds < 5 * 24 * 3600; seconds++)
        {
            var now = Read(HumanText.Span(TimeSpan.FromSeconds(seconds)));
            Assert.True(now >= before, $"after {seconds} s");
            before = now;
        }

        static int Read(string text) =>
            text.Split(' ') is [var number, var unit]
                ? int.Parse(number, CultureInfo.InvariantCulture)
                    * unit switch
                    {
                        "s" => 1,
                        "min" => 60,
                        "h" => 3600,
                        _ => 24 * 3600,
                    }
                : throw new FormatException(text);
    }
}
