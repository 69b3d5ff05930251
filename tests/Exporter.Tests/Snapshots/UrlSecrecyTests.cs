using System.Buffers;
using System.Text;
using System.Text.Json;
using CsCheck;
using Exporter.Exposition.Text;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Web;
using Exporter.Web.Pages;

namespace Exporter.Tests.Snapshots;

/// <summary>User names, passwords and, with <c>links.url: path</c>, queries: whatever a URL looks like, none of them is shown.</summary>
public sealed class UrlSecrecyTests
{
    private const string User = "s3cretuser";
    private const string Query = "s3cretquery";

    private static readonly string[] Schemes =
    [
        "",
        "",
        "http:",
        "https:",
        "HTTPS:",
        "ht\ntps:",
        " https:",
        "\u200bhttps:",
        "https:https:",
        "ftp:",
        "shop:",
        "{{scheme}}:",
        "https%3A",
        "https&colon;",
        "mailto:",
    ];

    private static readonly string[] Separators =
    [
        "//",
        "//",
        "",
        "/",
        "///",
        "/////",
        "\\\\",
        "/\\",
        "\\",
        "/\t/",
        "//\r\n",
        "// ",
        "&#47;&#47;",
        "%2F%2F",
    ];

    private static readonly string[] Users =
    [
        "U@",
        "U:U@",
        ":U@",
        "U:@",
        "U:a/U@",
        "U:/U@",
        "U:a?U@",
        "U:a#U@",
        "U:a\\U@",
        "U:a@U@",
        "U:a@U/U@",
        "U%3AU@",
        "U:U%40",
        "U%40",
        "U%2540",
        "U:U&#64;",
        "U:U&#x40;",
        "U&commat;",
        "U:\tU\n@",
        "U\r\n:U@",
        "U/a:U@",
        "U/U@",
        "{{user}}:U@",
        "{{u:U@",
        "U:{{p}}U@",
        "U:{{p/U@",
        "U:{{U@x}}@",
        "U:8080/U@",
        "U:U%2540",
        "U:U\uFF20",
        "U:U;@",
        "U:12/U@U@",
        "[U:U@",
        "U.name:U/x@",
    ];

    private static readonly string[] Hosts = ["shop.example", "shop.example:8443", "{{host}}", "[::1]:80", "localhost", ""];

    private static readonly string[] Tails =
    [
        "",
        "/x",
        "/x?token=Q",
        "?token=Q",
        "#Q",
        "/x#Q?Q",
        "/{{first_name}?token=Q&x={{y}}",
        "/{{name?token=Q}}",
        "/{{{name}}}?token=Q",
        "/{{{name}}?token=Q{{{",
        "/{name}?token=Q}",
        "/{{?Q}}",
        "/{{#if a}}x{{/if}}?Q",
        "/{{#if a?Q}}x{{/if}}",
        "/{{#token=Q}}",
        "/<%name%>?Q%>",
        "/[%name?Q%]",
        "/*|N?Q|*",
        "/${n?Q}",
        "/{% if n?Q %}",
        "\\x?Q",
        "/a:b@c?Q",
        "/?mail=a@Q",
        "?mail=a@Q&to=b@Q",
        "/to/https://U:U@other.example/y?Q",
        "/to/https://U@other.example",
        "/to//U@other.example/",
        "/to/https:/U:U@other.example",
        "/to/https%3A%2F%2FU%3AU%40other.example%2F",
        "?to=https://U:U@other.example/",
        "?to=https%3A%2F%2FU%40other.example&x=1",
        "/to/U:U@other.example",
        "/r/https%253A%252F%252FU%253AU%2540other",
        "?to=https%253A%252F%252FU%2540other",
        "?to=https%25253A%25252F%25252FU%25253AU%252540other",
        "/r/U:x;U@h",
        "/r/U:x/U@h",
        "/r/U:x=U@h",
        "?u=U:x=U@h",
        "?to=https%3A%2F%2FU%3Ax;U%40inner",
        "/r/U:U&amp;#64;inner",
        "/@handle/x?Q",
        "/pkg@1.2.3?Q",
    ];

    private static readonly Gen<string> Urls = Gen.Select(
        Gen.OneOf(Schemes),
        Gen.OneOf(Separators),
        Gen.OneOf(Users),
        Gen.OneOf(Hosts),
        Gen.OneOf(Tails),
        static (scheme, separator, user, host, tail) =>
            string.Concat(scheme, IsAddress(scheme, separator) ? "//" : separator, user.Replace("U", User, StringComparison.Ordinal), host)
            + tail.Replace("U", User, StringComparison.Ordinal).Replace("Q", Query, StringComparison.Ordinal)
    );

    [Fact]
    public void No_user_name_no_password_and_no_hidden_query_is_shown_in_any_spelling() =>
        Urls.Sample(
            url =>
            {
                foreach (var display in Enum.GetValues<UrlDisplay>())
                {
                    var shown = UrlText.Show(url, display) ?? "";
                    Assert.False(shown.Contains(User, StringComparison.Ordinal), $"{display}: {shown}");
                    Assert.False(display != UrlDisplay.Full && shown.Contains(Query, StringComparison.Ordinal), $"{display}: {shown}");
                }
            },
            iter: 50_000
        );

    [Fact]
    public void What_an_older_version_showed_is_shown_no_more() =>
        Gen.Select(Urls, Gen.Enum<UrlDisplay>(), Gen.Enum<UrlDisplay>())
            .Sample(
                (url, shown, allowed) =>
                {
                    var narrowed = string.Concat(UrlText.Narrow([url], shown, allowed));
                    Assert.DoesNotContain(User, narrowed, StringComparison.Ordinal);
                    Assert.True(
                        (shown == UrlDisplay.Full && allowed == UrlDisplay.Full) || !narrowed.Contains(Query, StringComparison.Ordinal),
                        narrowed
                    );
                },
                iter: 10_000
            );

    [Theory]
    [InlineData(nameof(UrlDisplay.Full))]
    [InlineData(nameof(UrlDisplay.Path))]
    [InlineData(nameof(UrlDisplay.Host))]
    [InlineData(nameof(UrlDisplay.None))]
    public void No_page_shows_them(string display)
    {
        var options = new LinksOptions { Url = Enum.Parse<UrlDisplay>(display) };
        Urls.Array[300]
            .Sample(
                urls =>
                {
                    var pages = Pages(options, urls);
                    Assert.DoesNotContain(User, pages, StringComparison.Ordinal);
                    Assert.True(display == nameof(UrlDisplay.Full) || !pages.Contains(Query, StringComparison.Ordinal));
                },
                iter: 10
            );
    }

    [Theory]
    [InlineData("//user:pw@shop.example/x", "//shop.example/x")]
    [InlineData("https:///user:pw@shop.example", "https:///shop.example")]
    [InlineData("https:/user:pw@shop.example/x", "https:/shop.example/x")]
    [InlineData("https:user:pw@shop.example/x", "https:shop.example/x")]
    [InlineData("https:\\\\user:pw@shop.example\\x", "https:\\\\shop.example\\x")]
    [InlineData("user:pw@shop.example/x?y", "shop.example/x")]
    [InlineData("https://user:p/w@shop.example/x", "https://shop.example/x")]
    [InlineData("https://user:p?w@shop.example/x", "https://<secret>")]
    [InlineData("https://us/er@shop.example/x", "https://<secret>")]
    [InlineData("https://shop.example/{{first_name}?token=s3cret&x={{y}}", "https://shop.example/{{first_name}")]
    [InlineData("https://shop.example/@handle/x", "https://shop.example/@handle/x")]
    [InlineData("https://shop.example/pkg@1.2.3", "https://shop.example/pkg@1.2.3")]
    [InlineData("https://shop.example/a%40b", "https://shop.example/a%40b")]
    [InlineData("https://shop.example/to/https://user:pw@other.example/x", "https://shop.example/to/https://<secret>@other.example/x")]
    [InlineData("https://shop.example:{{port}}/{{@root.name}}", "https://shop.example:{{port}}/{{@root.name}}")]
    public void What_is_left_is_the_rest(string url, string shown) => Assert.Equal(shown, UrlText.Show(url, UrlDisplay.Path));

    [Fact]
    public void A_long_url_full_of_urls_is_read_in_no_time_at_all()
    {
        foreach (var piece in (string[])["//a", "//a@", "{{", "{{a", "https://a@b", "@", "/", ":", "%40:", "&#64;"])
        {
            Assert.DoesNotContain(
                User,
                UrlText.Show($"https://{User}@x.example/{string.Concat(Enumerable.Repeat(piece, 30_000))}//{User}@b", UrlDisplay.Full),
                StringComparison.Ordinal
            );
        }
    }

    /// <summary>What stands before the @ is then whom a mail goes to.</summary>
    private static bool IsAddress(string scheme, string separator) =>
        scheme == "mailto:" && separator.Count(static c => c is '/' or '\\') < 2;

    private static string Pages(LinksOptions options, string[] urls)
    {
        var rows = urls.Select((url, i) => Some.Link("step", $"{i}", i, url)).ToList();
        var campaign = Some.Automation() with
        {
            Health = PollHealth.Untried.Succeeded(Some.Noon, TimeSpan.FromSeconds(1), pages: 1),
            Data = new CampaignData
            {
                Links = LinkTable.Empty.ApplyWalk(rows, options, Some.Noon).ApplyWalk(rows[1..], options, Some.Noon),
            },
        };
        var snapshot = Some.Snapshot(campaign);
        var metrics = new ArrayBufferWriter<byte>();
        PlainPage.Write(snapshot, BuildInfo.Current, Some.Noon, TextFormat.OpenMetrics, metrics);
        var status = StatusModel.FromSnapshot(
            snapshot,
            new StatusInputs(
                BuildInfo.Current,
                IsAlive: true,
                _ => [],
                [],
                new ConfigurationStatus("test", Some.Noon, Some.Noon, LastReadInForce: true, [])
            ),
            Some.Noon
        );
        return string.Join(
            '\n',
            Encoding.UTF8.GetString(metrics.WrittenSpan),
            JsonSerializer.Serialize(LinkTargets.FromSnapshot(snapshot), LinkTargetJson.Default.IReadOnlyListLinkTarget),
            JsonSerializer.Serialize(status, StatusJson.Default.StatusModel),
            CampaignPage
                .Render(
                    campaign,
                    status.Accounts[0].Campaigns[0],
                    account: null,
                    Some.Noon,
                    campaign.Data,
                    Sparklines.Of<(EmailKey, string)>([], static (_, _, _, _) => [], Some.Noon, TimeSpan.Zero),
                    [],
                    grafana: null
                )
                .ToString()
        );
    }
}
