using CsCheck;
using Exporter.Snapshots;

namespace Exporter.Tests.Snapshots;

public sealed class UrlTextTests
{
    [Theory]
    [InlineData("https://shop.example/offer?u=1#top", "shop.example", "https://shop.example/offer", "https://shop.example/offer?u=1#top")]
    [InlineData("https://user:secret@shop.example/offer", "shop.example", "https://shop.example/offer", "https://shop.example/offer")]
    [InlineData("https://a@b@shop.example:8443/", "shop.example:8443", "https://shop.example:8443/", "https://shop.example:8443/")]
    [InlineData("https://shop.example", "shop.example", "https://shop.example", "https://shop.example")]
    [InlineData("https://shop.example?u=1", "shop.example", "https://shop.example", "https://shop.example?u=1")]
    [InlineData(
        "https://shop.example/{{first_name}}?u=1",
        "shop.example",
        "https://shop.example/{{first_name}}",
        "https://shop.example/{{first_name}}?u=1"
    )]
    [InlineData(
        "https://shop.example/{{#if a?b}}x{{/if}}/y?z",
        "shop.example",
        "https://shop.example/{{",
        "https://shop.example/{{#if a?b}}x{{/if}}/y?z"
    )]
    [InlineData(
        "https://shop.example/{{#if a}}x{{/if}}/y?z",
        "shop.example",
        "https://shop.example/{{#if a}}x{{/if}}/y",
        "https://shop.example/{{#if a}}x{{/if}}/y?z"
    )]
    [InlineData("https://shop.example/{{offer?u=1", "shop.example", "https://shop.example/{{offer", "https://shop.example/{{offer?u=1")]
    [InlineData("{{base_url}}/offer?u=1", null, "{{base_url}}/offer", "{{base_url}}/offer?u=1")]
    [InlineData("https://{{host}}/offer", "{{host}}", "https://{{host}}/offer", "https://{{host}}/offer")]
    [InlineData("mailto:someone@shop.example?subject=hi", null, "mailto:", "mailto:someone@shop.example?subject=hi")]
    [InlineData("tel:+15550100", null, "tel:", "tel:+15550100")]
    [InlineData(":someone?u=1", null, ":", ":someone?u=1")]
    [InlineData("://user:secret@shop.example/offer", "shop.example", "://shop.example/offer", "://shop.example/offer")]
    [InlineData("https://shop.example\\a:b", "shop.example", "https://shop.example\\a:b", "https://shop.example\\a:b")]
    [InlineData("/offer?u=1", null, "/offer", "/offer?u=1")]
    [InlineData("?u=1", null, null, "?u=1")]
    [InlineData("https://shop.example/a b\nc?d", "shop.example", "https://shop.example/a b\nc", "https://shop.example/a b\nc?d")]
    [InlineData("", null, null, null)]
    [InlineData(null, null, null, null)]
    public void A_url_is_shown_as_far_as_the_policy_allows(string? url, string? host, string? path, string? full)
    {
        Assert.Null(UrlText.Show(url, UrlDisplay.None));
        Assert.Equal(host, UrlText.Show(url, UrlDisplay.Host));
        Assert.Equal(path, UrlText.Show(url, UrlDisplay.Path));
        Assert.Equal(full, UrlText.Show(url, UrlDisplay.Full));
    }

    [Fact]
    public void A_long_url_is_cut_but_never_inside_a_character()
    {
        var url = "https://shop.example/" + new string('x', 976) + "\U0001F600" + new string('y', 100);

        Assert.Equal(url[..997], UrlText.Show(url, UrlDisplay.Full));
        Assert.Equal(
            1000,
            UrlText
                .Show("https://user:password@" + url[8..^10].Replace("\U0001F600", "zzzz", StringComparison.Ordinal), UrlDisplay.Full)!
                .Length
        );
    }

    [Theory]
    [InlineData(nameof(UrlDisplay.Full), nameof(UrlDisplay.Path), new[] { "https://a.example/", "https://b.example/" })]
    [InlineData(
        nameof(UrlDisplay.Full),
        nameof(UrlDisplay.Full),
        new[] { "https://a.example/?3", "https://b.example/?1", "https://b.example/?2" }
    )]
    [InlineData(nameof(UrlDisplay.Full), nameof(UrlDisplay.None), new string[0])]
    [InlineData(nameof(UrlDisplay.Path), nameof(UrlDisplay.Full), new[] { "https://a.example/", "https://b.example/" })]
    public void Shown_urls_are_shortened_when_less_may_be_shown(string shown, string allowed, string[] narrowed) =>
        Assert.Equal(
            narrowed,
            UrlText.Narrow(
                ["https://b.example/?2", "https://b.example/?1", "https://a.example/?3"],
                Enum.Parse<UrlDisplay>(shown),
                Enum.Parse<UrlDisplay>(allowed)
            )
        );

    [Theory]
    [InlineData(nameof(UrlDisplay.Host), "shop.example:8443")]
    [InlineData(nameof(UrlDisplay.Host), "{{host}}")]
    [InlineData(nameof(UrlDisplay.Path), "https://shop.example/{{first_name}}")]
    [InlineData(nameof(UrlDisplay.Path), "{{base_url}}/offer")]
    [InlineData(nameof(UrlDisplay.Path), "mailto:")]
    [InlineData(nameof(UrlDisplay.Full), "mailto:someone@shop.example?subject=hi")]
    public void What_is_shown_and_may_be_stays(string shown, string url) =>
        Assert.Equal([url], UrlText.Narrow([url], Enum.Parse<UrlDisplay>(shown), UrlDisplay.Full));

    [Fact]
    public void No_user_name_and_no_password_is_ever_shown() =>
        Gen.Select(Gen.String[Gen.Char["abc:/?#@{}. "], 0, 20], Gen.Enum<UrlDisplay>())
            .Sample(
                (tail, display) =>
                    Assert.DoesNotContain("s3cr3t", UrlText.Show("https://user:s3cr3t@" + tail, display) ?? "", StringComparison.Ordinal)
            );

    /// <summary>A run of encoded ampersands is read once; the first version read it once for each of them.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("#64;")]
    [InlineData("commat;")]
    [InlineData("sol")]
    public void An_ampersand_that_was_encoded_half_a_million_times_is_shown_like_any_other(string behind)
    {
        var url = $"https://shop.example/a?b=&{string.Concat(Enumerable.Repeat("amp;", 500_000))}{behind}";

        Assert.StartsWith("https://shop.example/a", UrlText.Show(url, UrlDisplay.Path), StringComparison.Ordinal);
    }
}
