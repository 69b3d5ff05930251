using CsCheck;

namespace Exporter.Tests.Deploy;

public sealed class PromQlTests
{
    [Theory]
    [InlineData("sendgrid_up", "sendgrid_up")]
    [InlineData("sum(sendgrid_up)", "sendgrid_up")]
    [InlineData("sum by (account) (sendgrid_up)", "sendgrid_up")]
    [InlineData("sum(sendgrid_up) by (account)", "sendgrid_up")]
    [InlineData("SUM BY (account) (sendgrid_up)", "sendgrid_up")]
    [InlineData("a + on (x) group_left b", "a b")]
    [InlineData("a * on (x) group_left (y) b", "a b")]
    [InlineData("a and b or c unless d", "a b c d")]
    [InlineData("a > bool 1", "a")]
    [InlineData("rate(a_total[5m] offset 1h30m)", "a_total")]
    [InlineData("rate(a_total[$__rate_interval])", "a_total")]
    [InlineData("topk($n, a) + ${m:raw}", "a")]
    [InlineData("a / 1e9 + 0x1f + Inf - NaN", "a")]
    [InlineData("label_replace(a, \"dst\", \"$1\", \"src\", \"(b)\")", "a")]
    [InlineData("a{x=\"b{c}\", y='d'} # e", "a")]
    [InlineData("a{x=\"an \\\"escaped\\\" b\"}", "a")]
    [InlineData("a{x=`raw\\`} + b", "a b")]
    [InlineData("{__name__=\"a\", x=\"y\"}", "a")]
    [InlineData("sendgrid:clicks:increase1h", "sendgrid:clicks:increase1h")]
    [InlineData("quantile_over_time(0.5, a[1d:5m] @ end())", "a")]
    [InlineData("a\n  # a comment about b\n/ c", "a c")]
    [InlineData("time() - 5", "")]
    public void Metrics_are_told_from_functions_keywords_strings_and_variables(string expression, string metrics) =>
        Assert.Equal(metrics, string.Join(' ', PromQl.Parse(expression).Selectors.Select(selector => selector.Metric)));

    [Theory]
    [InlineData("a{}", "")]
    [InlineData("a{x=\"1\"}", "x=\"1\"")]
    [InlineData("a{x!~\"1|2\", y=~\"$job\",}", "x!~\"1|2\" y=~\"$job\"")]
    [InlineData("sum by (z) (a{x = 'b'})", "x='b'")]
    public void Matchers_belong_to_their_metric(string expression, string matchers) =>
        Assert.Equal(matchers, string.Join(' ', Assert.Single(PromQl.Parse(expression).Selectors).Matchers.Select(m => m.Key + m.Value)));

    [Theory]
    [InlineData("sum by (x, y) (a)", "x y")]
    [InlineData("sum without (x) (a)", "x")]
    [InlineData("a * on (x) group_right (y) b", "x y")]
    [InlineData("a / ignoring (x) group_left b{y=\"1\"}", "x")]
    [InlineData("count by () (a)", "")]
    [InlineData("a{by=\"1\"}", "")]
    public void Labels_of_groupings_are_found(string expression, string labels) =>
        Assert.Equal(labels, string.Join(' ', PromQl.Parse(expression).GroupingLabels.Order(StringComparer.Ordinal)));

    [Theory]
    [InlineData("sum(a")]
    [InlineData("sum(a))")]
    [InlineData("rate(a[5m)]")]
    [InlineData("a{x=\"1\"")]
    [InlineData("a{x=\"1}")]
    [InlineData("a{x}")]
    [InlineData("a{\"quoted\"=\"1\"}")]
    [InlineData("{x=\"1\"}")]
    [InlineData("{__name__=~\"a.*\"}")]
    [InlineData("topk(${n, a)")]
    public void What_cannot_be_an_expression_or_cannot_be_checked_is_refused(string expression) =>
        Assert.Throws<FormatException>(() => PromQl.Parse(expression));

    [Fact]
    public void Any_text_is_either_read_or_refused() =>
        Gen.String[Gen.Char["ab_:01 (){}[],=~!\"'`\\$#\nonby"], 0, 30]
            .Sample(
                text =>
                {
                    try
                    {
                        _ = PromQl.Parse(text);
                    }
                    catch (FormatException)
                    {
                        // Refused.
                    }
                },
                iter: 20_000
            );
}
