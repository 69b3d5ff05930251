using Exporter.Configuration;

namespace Exporter.Tests.Configuration;

public sealed class YamlComposerTests
{
    [Fact]
    public void An_anchor_can_be_used_again_by_its_alias()
    {
        var options = Good("accounts: [{name: a, api_key: '${KEY}', rate: &r {concurrency: 9}}, {name: b, api_key: '${KEY}', rate: *r}]");

        Assert.Equal([9, 9], options.Accounts.Select(a => a.Api.Rate.Concurrency));
    }

    [Fact]
    public void A_problem_behind_an_alias_is_reported_where_the_alias_stands()
    {
        var result = Files.Read("accounts:\n  - api_key: ${KEY}\n    name: &n five\n    page_size: *n\n");

        Assert.Equal(new Position(4, 16), Assert.Single(result.Problems).At);
    }

    [Fact]
    public void Windows_line_ends_and_a_byte_order_mark_change_nothing()
    {
        Good("\uFEFFaccounts:\r\n  - api_key: ${KEY}\r\n    page_size: 7\r\n");
        Assert.Equal(
            new Position(3, 16),
            Assert.Single(Files.Read("accounts:\r\n  - api_key: ${KEY}\r\n    page_size: x\r\n").Problems).At
        );
    }

    private static ExporterOptions Good(string text)
    {
        var result = Files.Read(text);
        Assert.Equal("", Files.Printed(result.Problems));
        return result.Options!;
    }
}
