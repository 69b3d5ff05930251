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

    [Theory]
    [InlineData("mailto")]
    [InlineData("sms")]
    [InlineData("smsto")]
    [InlineData("tel")]
    [InlineData("callto")]
    [InlineData("sip")]
    [InlineData("sips")]
    [InlineData("xmpp")]
    [InlineData("im")]
    [InlineData("skype")]
    [InlineData("facetime")]
    [InlineData("facetime-audio")]
    [InlineData("whatsapp")]
    [InlineData("cid")]
    [InlineData("mid")]
    [InlineData("news")]
    [InlineData("acct")]
    public void Whom_a_link_writes_to_or_calls_is_no_user_name(string scheme)
    {
        Assert.Equal($"{scheme}:someone@shop.example", UrlText.Show($"{scheme}:someone@shop.example", UrlDisplay.Full));
        Assert.Equal($"{scheme}:", UrlText.Show($"{scheme}:someone@shop.example", UrlDisplay.Path));
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    [InlineData("ftp")]
    [InlineData("ws")]
    [InlineData("wss")]
    public void A_scheme_of_hosts_leads_to_one_without_its_slashes_too(string scheme)
    {
        Assert.Equal($"{scheme}:shop.example/x", UrlText.Show($"{scheme}:shop.example/x?y", UrlDisplay.Path));
        Assert.Equal($"{scheme}:/shop.example/x", UrlText.Show($"{scheme}:/user:secret@shop.example/x?y", UrlDisplay.Path));
    }

    [Theory]
    [InlineData("https://user&commat;shop.example/x")]
    [InlineData("https://user\uFF20shop.example/x")]
    [InlineData("https://user\uFE6Bshop.example/x")]
    [InlineData("https://user%40shop.example/x")]
    [InlineData("https://user%2540shop.example/x")]
    [InlineData("https://user&#64;shop.example/x")]
    [InlineData("https://user&amp;amp;commat;shop.example/x")]
    [InlineData("https&colon;//shop.example/x")]
    [InlineData("https:&sol;&sol;shop.example/x")]
    [InlineData("https://shop.example/x&quest;y")]
    [InlineData("https://shop.example/x&num;y")]
    [InlineData("https://shop.example/x&amp;amp;#63;y")]
    public void A_character_in_another_spelling_means_the_same(string url)
    {
        Assert.Equal("shop.example", UrlText.Show(url, UrlDisplay.Host));
        Assert.Equal("https://shop.example/x", UrlText.Show(url, UrlDisplay.Path));
    }

    [Fact]
    public void An_encoded_backslash_ends_a_host() =>
        Assert.Equal("shop.example", UrlText.Show("https:&bsol;&bsol;shop.example&bsol;x", UrlDisplay.Host));

    [Theory]
    [InlineData(":")]
    [InlineData("%3A")]
    [InlineData("%3a")]
    [InlineData("%2F")]
    [InlineData("%5C")]
    public void A_name_with_a_separator_in_a_query_is_hidden_and_nothing_else_of_it(string separator) =>
        Assert.Equal(
            "https://shop.example/r?a=b&to=<secret>@other.example&c=d",
            UrlText.Show($"https://shop.example/r?a=b&to=user{separator}pw@other.example&c=d", UrlDisplay.Full)
        );

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
