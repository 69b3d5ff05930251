using CsCheck;
using Exporter.SendGrid;

namespace Exporter.Tests.SendGrid;

public sealed class NextLinkTests
{
    private const string Path = "/v3/marketing/stats/automations/5f0c1a3e-0000-4000-8000-000000000001/links";
    private static readonly Uri Base = new("https://api.sendgrid.com");
    private static readonly Uri Current = new(Base, Path + "?group_by=step_id&page_size=50");

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    public void No_link_means_the_last_page(string? next) => Assert.Equal(default, NextLink.Resolve(Base, Current, next));

    [Theory]
    [InlineData("https://api.sendgrid.com" + Path + "?page_token=AbC-_%3D%2B&page_size=50&group_by=step_id")]
    [InlineData("https://api.sendgrid.com" + Path + "?page_token=a,b;c:d@e/f?g")]
    [InlineData("https://api.sendgrid.com/another/path?page_token=2")]
    public void A_link_of_the_same_origin_is_followed_as_given(string next) => Assert.Equal(next, Follow(next));

    [Theory]
    [InlineData("https://api.sendgrid.com:443" + Path + "?page_token=2")]
    [InlineData("HTTPS://API.SendGrid.com" + Path + "?page_token=2")]
    [InlineData("//api.sendgrid.com" + Path + "?page_token=2")]
    [InlineData(Path + "?page_token=2")]
    [InlineData("?page_token=2")]
    [InlineData("links?page_token=2")]
    public void The_same_origin_has_several_spellings(string next) =>
        Assert.Equal($"https://api.sendgrid.com{Path}?page_token=2", Follow(next));

    [Theory]
    [InlineData("http://api.sendgrid.com" + Path + "?page_token=2")]
    [InlineData("https://api.sendgrid.com:8443" + Path + "?page_token=2")]
    [InlineData("https://api.sendgrid.com." + Path + "?page_token=2")]
    [InlineData("https://stats.internal:8080" + Path + "?page_token=2")]
    [InlineData("https://[::1]:9000" + Path + "?page_token=2")]
    [InlineData("https://user:word@stats.internal" + Path + "?page_token=2#top")]
    public void A_link_of_another_origin_to_the_same_path_is_asked_of_the_base_url(string next) =>
        Assert.Equal($"https://api.sendgrid.com{Path}?page_token=2", Follow(next));

    [Theory]
    [InlineData("https://evil.example/?page_token=2")]
    [InlineData("http://api.sendgrid.com/another/path")]
    [InlineData("https://api.sendgrid.com:8443/another/path")]
    [InlineData("https://evil.example" + Path + "/?page_token=2")]
    [InlineData("https://api.sendgrid.com.evil.example/v3")]
    [InlineData("https://api.sendgrid.com@evil.example/v3")]
    [InlineData("//evil.example/v3")]
    [InlineData("javascript:alert(1)")]
    [InlineData("file:///etc/passwd")]
    [InlineData("mailto:nobody@example.com")]
    public void Any_other_link_is_refused(string next) =>
        Assert.Equal(
            new NextLink(Uri: null, "the link to the next page leads to another origin and another path"),
            NextLink.Resolve(Base, Current, next)
        );

    [Theory]
    [InlineData("https://")]
    [InlineData("http://:80/x")]
    public void What_is_no_link_is_refused(string next) =>
        Assert.Equal(new NextLink(Uri: null, "the link to the next page is not a URL"), NextLink.Resolve(Base, Current, next));

    [Theory]
    [InlineData("https://user:word@api.sendgrid.com" + Path + "?page_token=2")]
    [InlineData("https://api.sendgrid.com" + Path + "?page_token=2#2")]
    public void A_fragment_or_a_user_name_does_not_make_another_page(string next) =>
        Assert.Equal($"https://api.sendgrid.com{Path}?page_token=2", Follow(next));

    [Theory]
    [InlineData("http://[::1]:5000", "http://[::1]:5000" + Path + "?page_token=2")]
    [InlineData("http://[::1]:5000", "http://[0:0:0:0:0:0:0:1]:5000" + Path + "?page_token=2")]
    [InlineData("http://localhost:80", "http://LOCALHOST" + Path + "?page_token=2")]
    public void Hosts_and_default_ports_are_compared_by_meaning(string baseUrl, string next)
    {
        var home = new Uri(baseUrl);

        Assert.Equal(new Uri(home, Path + "?page_token=2"), NextLink.Resolve(home, new Uri(home, "/elsewhere"), next).Uri);
    }

    [Theory]
    [InlineData("https://api.sendgrid.com/x", true)]
    [InlineData("https://API.sendgrid.com:443/", true)]
    [InlineData("http://api.sendgrid.com:443/", false)]
    [InlineData("https://api.sendgrid.com:444/", false)]
    [InlineData("https://api.sendgrid.com.evil.example/", false)]
    [InlineData("https://evil.example/", false)]
    public void An_origin_is_scheme_host_and_port(string url, bool same) => Assert.Equal(same, NextLink.SameOrigin(Base, new Uri(url)));

    [Fact]
    public void A_path_that_looks_like_a_host_does_not_become_one()
    {
        var current = new Uri("https://api.sendgrid.com//evil.example/x");

        var next = NextLink.Resolve(Base, current, "https://other.example//evil.example/x?page_token=2").Uri!;

        Assert.Equal("https://api.sendgrid.com//evil.example/x?page_token=2", next.AbsoluteUri);
        Assert.Equal("api.sendgrid.com", NextLink.WithParametersOf(Current, next).Host);
    }

    [Fact]
    public void Whatever_a_page_says_the_next_request_goes_to_the_base_url()
    {
        var part = Gen.OneOf(
            Gen.OneOf(
                "https:",
                "http:",
                "//",
                "/",
                "\\",
                "@",
                ":",
                "?",
                "#",
                "..",
                "%2F",
                "api.sendgrid.com",
                "evil.example",
                ":443",
                Path,
                "page_token=2"
            ),
            Gen.String[0, 4]
        );
        part.Array[0, 8]
            .Select(string.Concat)
            .Sample(
                next =>
                {
                    var link = NextLink.Resolve(Base, Current, next);
                    Assert.True(link.Uri is null || NextLink.SameOrigin(Base, link.Uri), next);
                    Assert.True(link.Uri is null || NextLink.SameOrigin(Base, NextLink.WithParametersOf(Current, link.Uri)), next);
                    var again = link.Uri is null ? default : NextLink.Resolve(Base, link.Uri, next);
                    Assert.True(again.Uri is null || NextLink.SameOrigin(Base, again.Uri), next);
                },
                iter: 5_000
            );
    }

    [Theory]
    [InlineData("?page_token=2", "?page_token=2&group_by=step_id&page_size=50")]
    [InlineData("?page_size=25&page_token=2", "?page_size=25&page_token=2&group_by=step_id")]
    [InlineData("?page_size=25&group_by=&page_token=2", "?page_size=25&page_token=2&group_by=step_id")]
    [InlineData("?page_size=25&group_by=foo&page_token=2", "?page_size=25&page_token=2&group_by=step_id")]
    [InlineData("?group%5Fby=step_id&page_size=50&page_token=2", "?group_by=step_id&page_size=50&page_token=2")]
    [InlineData("", "?group_by=step_id&page_size=50")]
    public void Lost_parameters_are_put_back_and_kept_ones_left_alone(string query, string expected) =>
        Assert.Equal(expected, NextLink.WithParametersOf(Current, new Uri(Base, Path + query)).Query);

    [Theory]
    [InlineData("")]
    [InlineData("?page_size=50&&group_by=step_id#top")]
    public void A_page_that_lost_no_parameter_is_asked_for_as_it_is_written(string query)
    {
        var next = new Uri(Base, Path + query);

        Assert.Same(next, NextLink.WithParametersOf(next, next));
    }

    private static string Follow(string next)
    {
        var link = NextLink.Resolve(Base, Current, next);
        Assert.Null(link.Problem);
        return link.Uri!.AbsoluteUri;
    }
}
