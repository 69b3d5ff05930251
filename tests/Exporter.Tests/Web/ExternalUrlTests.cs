using CsCheck;
using Exporter.Web;

namespace Exporter.Tests.Web;

public sealed class ExternalUrlTests
{
    private static readonly Gen<string> Piece = Gen.OneOf(
        Gen.OneOf(
            "http",
            "https",
            "://",
            ":",
            "/",
            "//",
            "example.com",
            "[::1]",
            "127.0.0.1",
            ":80",
            ":99999",
            "@",
            "?",
            "#",
            "a",
            "%20",
            "%2F",
            "..",
            "bücher.example",
            "\\",
            " ",
            "\ud800",
            "xn--",
            "%"
        ),
        Gen.String[0, 3]
    );

    [Theory]
    [InlineData("http://example.com", "http://example.com", "")]
    [InlineData("https://example.com/", "https://example.com", "")]
    [InlineData("https://example.com/sendgrid", "https://example.com/sendgrid", "/sendgrid")]
    [InlineData("https://example.com/sendgrid///", "https://example.com/sendgrid", "/sendgrid")]
    [InlineData("HTTPS://Example.COM:443/A%20b/", "https://example.com/A%20b", "/A b")]
    [InlineData("http://example.com:8080/a/b", "http://example.com:8080/a/b", "/a/b")]
    [InlineData("http://[2001:db8::1]:81/x", "http://[2001:db8::1]:81/x", "/x")]
    [InlineData("http://bücher.example/ä", "http://xn--bcher-kva.example/%C3%A4", "/ä")]
    [InlineData("http://example.com/a/../b", "http://example.com/b", "/b")]
    [InlineData("http://example.com/@team", "http://example.com/@team", "/@team")]
    public void An_address_has_one_spelling_and_gives_the_prefix(string text, string url, string prefix)
    {
        Assert.Null(ExternalUrl.Read(text, out var read));

        Assert.Equal((url, prefix, url + "/metrics"), (read!.ToString(), read.Path.Path, read.UrlOf("/metrics").AbsoluteUri));
    }

    [Theory]
    [InlineData("")]
    [InlineData("example.com")]
    [InlineData("/sendgrid")]
    [InlineData("ftp://example.com")]
    [InlineData("http:example.com")]
    [InlineData("http:///example.com")]
    [InlineData("http://")]
    [InlineData("http:\\\\example.com")]
    [InlineData("\"http://example.com\"")]
    [InlineData("'http://example.com'")]
    [InlineData(" http://example.com")]
    [InlineData("http://example.com/a b")]
    [InlineData("http://example.com/?x=1")]
    [InlineData("http://example.com/?")]
    [InlineData("http://example.com/#top")]
    [InlineData("http://me@example.com")]
    [InlineData("http://me:word@example.com")]
    [InlineData("http://@example.com")]
    [InlineData("http://example.com:99999")]
    [InlineData("http://example.com/a//b")]
    [InlineData("http://example.com/a%2Fb")]
    [InlineData("http://\uFFFD/")]
    public void What_is_no_address_of_pages_is_refused(string text)
    {
        Assert.NotNull(ExternalUrl.Read(text, out var url));
        Assert.Null(url);
    }

    [Fact]
    public void Whatever_is_written_is_refused_or_fits_into_a_header_and_means_itself() =>
        Gen.Select(Piece, Piece, Piece, Piece, Piece, (a, b, c, d, e) => a + b + c + d + e)
            .Sample(
                text =>
                {
                    if (ExternalUrl.Read(text, out var url) is null)
                    {
                        Assert.All(url!.Root.AbsoluteUri, static character => Assert.InRange(character, '!', '~'));
                        Assert.EndsWith("/", url.Root.AbsoluteUri, StringComparison.Ordinal);
                        Assert.Null(ExternalUrl.Read(url.ToString(), out var again));
                        Assert.Equal(url, again);
                    }
                },
                iter: 20_000
            );
}
