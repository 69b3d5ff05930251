using CsCheck;
using Exporter.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Exporter.Tests.Web;

public sealed class RoutePrefixTests
{
    private static readonly Gen<string> Piece = Gen.OneOf(
        Gen.OneOf(
            "/",
            "a",
            "%",
            "%2F",
            "%20",
            "%C3%A4",
            "%ff",
            "%00",
            "%7B",
            "%25",
            "..",
            ".",
            "?",
            "#",
            "{",
            "}",
            "*",
            "~",
            "\\",
            "@",
            ":",
            "é",
            "\ud800",
            "%3f",
            "%F0%9F%98%80"
        ),
        Gen.String[0, 3]
    );

    [Theory]
    [InlineData("", "", "/metrics")]
    [InlineData("/", "", "/metrics")]
    [InlineData("sendgrid", "/sendgrid", "/sendgrid/metrics")]
    [InlineData("/sendgrid", "/sendgrid", "/sendgrid/metrics")]
    [InlineData("//sendgrid//", "/sendgrid", "/sendgrid/metrics")]
    [InlineData("/a/b-c_d.e~f/", "/a/b-c_d.e~f", "/a/b-c_d.e~f/metrics")]
    [InlineData("/a%20b/%C3%A4", "/a b/ä", "/a%20b/%C3%A4/metrics")]
    public void A_prefix_has_one_spelling(string text, string path, string metrics)
    {
        Assert.Null(RoutePrefix.Read(text, out var prefix));

        Assert.Equal((path, metrics), (prefix.Path, prefix.UrlOf("/metrics")));
    }

    [Theory]
    [InlineData("/a b")]
    [InlineData("/a?b")]
    [InlineData("/a#b")]
    [InlineData("/{a}")]
    [InlineData("/ä")]
    [InlineData("\\a")]
    [InlineData("/a//b")]
    [InlineData("/a/../b")]
    [InlineData("/.")]
    [InlineData("/%2e%2e/a")]
    [InlineData("/a%2Fb")]
    [InlineData("/a%7Bb")]
    [InlineData("/a%3Fb")]
    [InlineData("/a%0Ab")]
    [InlineData("/a%ffb")]
    [InlineData("/a%zz")]
    [InlineData("/a%")]
    [InlineData("\"/a\"")]
    public void What_no_request_could_name_is_refused(string text) => Assert.NotNull(RoutePrefix.Read(text, out _));

    [Fact]
    public void Whatever_is_written_is_refused_or_is_a_route_whose_url_means_the_same() =>
        Gen.Select(Piece, Piece, Piece, Piece, (a, b, c, d) => a + b + c + d)
            .Sample(
                text =>
                {
                    if (RoutePrefix.Read(text, out var prefix) is null)
                    {
                        var url = prefix.UrlOf("/metrics");
                        Assert.All(url, static character => Assert.InRange(character, '!', '~'));
                        Assert.Equal(prefix.PathOf("/metrics"), PathString.FromUriComponent(url).Value);
                        Assert.Empty(RoutePatternFactory.Parse(prefix.PathOf("/metrics")).Parameters);
                        Assert.Null(RoutePrefix.Read(prefix.UrlOf("/"), out var again));
                        Assert.Equal(prefix, again);
                    }
                },
                iter: 20_000
            );
}
