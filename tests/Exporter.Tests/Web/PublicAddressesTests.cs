using System.Net;
using System.Text.RegularExpressions;
using Exporter.Configuration;
using Exporter.Web;

namespace Exporter.Tests.Web;

/// <summary>Under which path the pages are, and how people reach them through the proxies that stand before them.</summary>
public sealed partial class PublicAddressesTests
{
    private static readonly string[] Pages =
    [
        "/",
        "/metrics",
        "/internal/metrics",
        "/-/healthy",
        "/-/ready",
        "/config",
        "/api/v1/status",
        "/sd/links",
        "/automation?id=5f0c1a3e-0000-4000-8000-000000000001",
    ];

    [Theory]
    [InlineData(null, null, "", "/")]
    [InlineData("/a", null, "/a", "/a/")]
    [InlineData(null, "https://x.example/a/", "/a", "https://x.example/a/")]
    [InlineData("/", "https://x.example/a", "", "https://x.example/a/")]
    [InlineData("/b", "https://x.example/a", "/b", "https://x.example/a/")]
    public void The_prefix_is_the_path_of_the_external_url_unless_it_is_given(string? prefix, string? url, string path, string location)
    {
        var place = Place(prefix, url);

        Assert.Equal((path, location), (place.Prefix.Path, place.LocationFor("/elsewhere")));
    }

    [Theory]
    [InlineData("/sendgrid", "http://x.example/")]
    [InlineData("/sendgrid", "http://x.example/sendgrid/")]
    [InlineData("/sendgrid", "http://x.example/other")]
    [InlineData("/a/b", "http://x.example/a")]
    [InlineData("/a/b", null)]
    public async Task No_way_to_the_pages_is_a_circle_also_for_who_comes_past_the_proxy(string prefix, string? url)
    {
        var place = Place(prefix, url);
        await using var served = await Served.StartAsync(host: host => host with { Place = place });
        using var http = Client();
        foreach (var start in new[] { "/", prefix })
        {
            var (path, seen) = (start, new HashSet<string>());
            while (true)
            {
                Assert.True(seen.Add(path), $"{start} leads to {path} again");
                using var answer = await http.GetAsync(new Uri(served.Address, path), Stopping);
                if (answer.StatusCode != HttpStatusCode.Found)
                {
                    // The pages, or a path that only the proxy knows.
                    var isOfProxy = place.Url is { } known && path.StartsWith(known.Root.AbsolutePath, StringComparison.Ordinal);
                    Assert.True(answer.StatusCode == HttpStatusCode.OK || isOfProxy);
                    break;
                }

                path = new Uri(served.Address, answer.Headers.Location!).AbsolutePath;
            }
        }
    }

    [Fact]
    public void People_are_told_the_address_that_they_can_reach_first()
    {
        string[] bound = ["http://unix:/run/x.sock", "http://[::]:10324"];

        Assert.Equal(["http://[::]:10324", "http://unix:/run/x.sock"], PublicAddresses.Here.AddressesFor(bound));
        Assert.Equal(["http://[::]:10324/a", "http://unix:/run/x.sock:/a"], Place("/a", url: null).AddressesFor(bound));
        Assert.Equal("https://x.example/b", Place("/a", "https://x.example/b").AddressesFor(bound).First());
    }

    [Theory]
    [InlineData("/sendgrid")]
    [InlineData("/a/b%20c")]
    public async Task Everything_is_under_the_prefix_and_nothing_else_is_beside_it_but_the_way_there(string prefix)
    {
        await using var served = await Served.StartAsync(host: host => host with { Place = Place(prefix, url: null) });
        using var http = Client();

        foreach (var page in Pages)
        {
            Assert.NotEqual(
                (page, HttpStatusCode.NotFound),
                (page, (await http.GetAsync(new Uri(served.Address, prefix + page), Stopping)).StatusCode)
            );
            if (page != "/")
            {
                Assert.Equal(
                    (page, HttpStatusCode.NotFound),
                    (page, (await http.GetAsync(new Uri(served.Address, page), Stopping)).StatusCode)
                );
            }
        }

        foreach (var beside in (string[])["/", prefix])
        {
            using var answer = await http.GetAsync(new Uri(served.Address, beside), Stopping);
            Assert.Equal((HttpStatusCode.Found, prefix + "/"), (answer.StatusCode, answer.Headers.Location!.OriginalString));
            using var written = await http.PostAsync(new Uri(served.Address, beside), content: null, Stopping);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, written.StatusCode);
        }

        foreach (var wrong in (string[])[prefix.ToUpperInvariant(), prefix + "x", prefix + "/METRICS", prefix + "//metrics"])
        {
            Assert.Equal(
                (wrong, HttpStatusCode.NotFound),
                (wrong, (await http.GetAsync(new Uri(served.Address, wrong), Stopping)).StatusCode)
            );
        }

        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await http.PostAsync(new Uri(served.Address, prefix + "/-/reload"), content: null, Stopping)).StatusCode
        );
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await http.PostAsync(new Uri(served.Address, "/-/reload"), content: null, Stopping)).StatusCode
        );
    }

    [Fact]
    public async Task With_passwords_the_health_paths_under_the_prefix_need_none_and_everything_else_does()
    {
        var access = WebAccessReader.Read(
            "web.yml",
            "basic_auth_users: {alice: $2a$04$R9h/cIPz0gi.URNNX3kh2O.btYBSg3tBnZC3o4hpek8IMaSbjfaG.}",
            static _ => null
        );
        await using var served = await Served.StartAsync(
            access: access,
            host: static host => host with { Place = Place("/a", "https://x.example/a") }
        );
        using var http = Client();

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(served.Address, "/a/-/healthy"), Stopping)).StatusCode);
        Assert.NotEqual(HttpStatusCode.Unauthorized, (await http.GetAsync(new Uri(served.Address, "/a/-/ready"), Stopping)).StatusCode);
        foreach (var page in (string[])["/", "/a", "/a/", "/a/metrics", "/-/healthy", "/metrics", "/a/nowhere"])
        {
            using var answer = await http.GetAsync(new Uri(served.Address, page), Stopping);
            Assert.Equal((page, HttpStatusCode.Unauthorized, null), (page, answer.StatusCode, answer.Headers.Location));
        }
    }

    /// <summary>A proxy that keeps the path, one that strips it, one that makes another one of it, and none at all.</summary>
    /// <param name="outside">The path at the proxy.</param>
    /// <param name="inside">What the proxy makes of it.</param>
    /// <param name="prefix"><c>--web.route-prefix</c>.</param>
    /// <param name="isSaid">Whether <c>--web.external-url</c> says where the proxy is.</param>
    [Theory]
    [InlineData("", "", null, false)]
    [InlineData("/sendgrid", "/sendgrid", null, true)]
    [InlineData("/sendgrid", "/sendgrid", "/sendgrid", false)]
    [InlineData("/sendgrid", "", "/", true)]
    [InlineData("/sendgrid", "", null, false)]
    [InlineData("/people/see%20this", "/inside/x", "/inside/x", true)]
    [InlineData("", "/inside", "/inside", true)]
    public async Task Every_link_of_every_page_leads_to_a_page_through_the_proxy(string outside, string inside, string? prefix, bool isSaid)
    {
        Served served = null!;
        await using var proxy = await PassingProxy.StartAsync(() => served.Address, Uri.UnescapeDataString(outside), inside);
        var root = new Uri(proxy.Address, outside + "/");
        await using var program = served = await Served.StartAsync(host: host =>
            host with
            {
                Place = Place(prefix, isSaid ? root.AbsoluteUri : null),
            }
        );
        using var http = Client();

        var (seen, next) = (new HashSet<Uri>(), new Queue<Uri>([root]));
        while (next.TryDequeue(out var page))
        {
            if (!seen.Add(page))
            {
                continue;
            }

            Assert.StartsWith(root.AbsoluteUri, page.AbsoluteUri, StringComparison.Ordinal);
            using var answer = await http.GetAsync(page, Stopping);

            // Whether it is ready is another question.
            Assert.True(
                answer.StatusCode == HttpStatusCode.OK || page.AbsolutePath.EndsWith("/-/ready", StringComparison.Ordinal),
                $"{page}: {answer.StatusCode}"
            );
            var html = answer.Content.Headers.ContentType?.MediaType == "text/html" ? await answer.Content.ReadAsStringAsync(Stopping) : "";
            foreach (Match link in Link().Matches(html))
            {
                next.Enqueue(new Uri(page, WebUtility.HtmlDecode(link.Groups["to"].Value)));
            }
        }

        var relative = seen.Select(page => page.AbsoluteUri[(root.AbsoluteUri.Length - 1)..]).ToList();
        Assert.Superset(Pages.Except(["/internal/metrics", "/sd/links"]).ToHashSet(), relative.ToHashSet());
        Assert.Contains(relative, static page => page.StartsWith("/api/v1/history?", StringComparison.Ordinal));

        // Without the slash somebody is sent to the page, and from beside it, too, as far as the program is asked.
        if (outside.Length > 0 && inside.Length > 0)
        {
            using var answer = await http.GetAsync(new Uri(proxy.Address, outside), Stopping);
            Assert.Equal((HttpStatusCode.Found, root), (answer.StatusCode, new Uri(proxy.Address, answer.Headers.Location!)));
        }
    }

    private static CancellationToken Stopping => TestContext.Current.CancellationToken;

    private static HttpClient Client() => new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });

    private static PublicAddresses Place(string? prefix, string? url)
    {
        RoutePrefix? path = null;
        ExternalUrl? external = null;
        Assert.Null(prefix is null ? null : RoutePrefix.Read(prefix, out path));
        Assert.Null(url is null ? null : ExternalUrl.Read(url, out external));
        return PublicAddresses.Create(path, external);
    }

    /// <summary>What the browser shows as a picture of the page is no link.</summary>
    [GeneratedRegex("(?:href|src|action)=\"(?!data:)(?<to>[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();
}
