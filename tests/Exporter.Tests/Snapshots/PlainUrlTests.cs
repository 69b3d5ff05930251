using CsCheck;
using Exporter.Snapshots;

namespace Exporter.Tests.Snapshots;

public sealed class PlainUrlTests
{
    private static readonly string[] Pieces =
    [
        "http",
        "https",
        "HTTPS",
        "ftp",
        "mailto",
        ":",
        "//",
        "/",
        "\\",
        "shop.example",
        "shop",
        "localhost",
        "user",
        "s3cr3t",
        "@",
        "%40",
        "%2540",
        "&commat;",
        "&amp;",
        "&#64;",
        "\uFF20",
        ".",
        ":443",
        ":80a",
        "?",
        "#",
        "=",
        "a",
        "{{name}}",
        "{{",
        "}}",
        "[::1]",
        " ",
        "\t",
        "\n",
        "ö",
        "\uD800",
        "+",
        "~",
        "*",
        ";",
    ];

    /// <summary>URLs that begin as most do, and go on in any way.</summary>
    [Fact]
    public void Whatever_is_shown_fast_is_what_the_careful_parser_shows()
    {
        var shown = 0;
        Gen.Select(
                Gen.OneOf("https://", "http://", "https://shop.example", "https://shop.example/", ""),
                Gen.Int[0, Pieces.Length - 1].Select(static piece => Pieces[piece]).Array[0, 12]
            )
            .Sample(
                (begin, pieces) =>
                {
                    var url = begin + string.Concat(pieces);
                    foreach (var display in (UrlDisplay[])[UrlDisplay.Host, UrlDisplay.Path, UrlDisplay.Full])
                    {
                        if (url.Length > 0 && PlainUrl.Show(url, display) is { } fast)
                        {
                            Assert.Equal((url, display, UrlText.ShowCarefully(url, display)), (url, display, fast));
                            Interlocked.Increment(ref shown);
                        }
                    }
                },
                iter: 20_000
            );
        Assert.InRange(shown, 1000, int.MaxValue);
    }

    [Theory]
    [InlineData("https://shop.example", "shop.example", "https://shop.example", "https://shop.example")]
    [InlineData("https://shop.example/offer?id=7#top", "shop.example", "https://shop.example/offer", "https://shop.example/offer?id=7#top")]
    [InlineData("http://a.b.example/c/d_e~f/", "a.b.example", "http://a.b.example/c/d_e~f/", "http://a.b.example/c/d_e~f/")]
    [InlineData("https://shop.example/o?to=a@b", "shop.example", "https://shop.example/o", null)]
    [InlineData("https://user@shop.example/", null, null, null)]
    [InlineData("https://shop.example:443/", null, null, null)]
    [InlineData("https://shop/", null, null, null)]
    public void What_is_plain_is_shown_fast(string url, string? host, string? path, string? full) =>
        Assert.Equal(
            (host, path, full),
            (PlainUrl.Show(url, UrlDisplay.Host), PlainUrl.Show(url, UrlDisplay.Path), PlainUrl.Show(url, UrlDisplay.Full))
        );
}
