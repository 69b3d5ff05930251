using System.Text.Json;
using Exporter.History;
using Exporter.Snapshots;
using Exporter.Web;

namespace Exporter.Tests.Web;

public sealed class LinkTargetsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("https://shop.example/offer", "https://shop.example/offer")]
    [InlineData("http://shop.example:8080/a?b=c#d", "http://shop.example:8080/a")]
    [InlineData("HTTPS://shop.example/", "HTTPS://shop.example/")]
    [InlineData("https://user:secret@shop.example/", "https://shop.example/")]
    [InlineData("https://shop.example/offer?code={{coupon}}", null)]
    [InlineData("https://shop.example/offer?filter%5Bcolor%5D=red&rest=100%2525", "https://shop.example/offer")]
    [InlineData("https://shop.example/straße", "https://shop.example/straße")]
    [InlineData("https://shop.example/{{first_name}}", null)]
    [InlineData("https://{{shop}}/offer", null)]
    [InlineData("https://shop.example/%7B%7Bfirst_name%7D%7D", null)]
    [InlineData("https://shop.example/<%asm_group%>", null)]
    [InlineData("https://shop.example/[%name%]", null)]
    [InlineData("https://shop.example/*|NAME|*", null)]
    [InlineData("https://shop.example/%NAME%", null)]
    [InlineData("https://shop.example/a|b", "https://shop.example/a|b")]
    [InlineData("https://shop.example/a b", "https://shop.example/a b")]
    [InlineData(" https://shop.example/a ", "https://shop.example/a")]
    [InlineData("https://shop.example/a[1]/%5B2%5D", "https://shop.example/a[1]/%5B2%5D")]
    [InlineData("https://[2001:db8::1]/a", "https://[2001:db8::1]/a")]
    [InlineData("https://shop.example/%7B%22a%22%3A1%7D", "https://shop.example/%7B%22a%22%3A1%7D")]
    [InlineData("https://shop.example/%7B", "https://shop.example/%7B")]
    [InlineData("https://shop.example/100%", "https://shop.example/100%")]
    [InlineData("https://shop.example/%C3%A9%20", "https://shop.example/%C3%A9%20")]
    [InlineData("https://shop.example/a\tb", null)]
    [InlineData("mailto:someone@shop.example", null)]
    [InlineData("tel:+49301234567", null)]
    [InlineData("shop://offer/1", null)]
    [InlineData("https://", null)]
    [InlineData("//shop.example/offer", null)]
    [InlineData("https:/shop.example/offer", null)]
    [InlineData("https:shop.example/offer", null)]
    [InlineData("https://shop.example/to/https://me@other.example/", null)]
    [InlineData("https://shop.example/{{first_name}?token=s3cret&x={{y}}", null)]
    [InlineData(null, null)]
    public void A_page_is_what_can_be_asked_for(string? url, string? target) =>
        Assert.Equal(target is null ? [] : [target], Urls(Snapshot(new LinksOptions(), url)));

    [Theory]
    [InlineData("Full", "https://shop.example/offer?id=7")]
    [InlineData("Path", "https://shop.example/offer")]
    [InlineData("Host", null)]
    [InlineData("None", null)]
    public void Nothing_is_told_that_is_not_shown(string display, string? target) =>
        Assert.Equal(
            target is null ? [] : [target],
            Urls(Snapshot(new LinksOptions { Url = Enum.Parse<UrlDisplay>(display) }, "https://shop.example/offer?id=7"))
        );

    /// <summary>However often it is encoded and wherever it stands: what is shown of the rest is no page that anybody is sent to.</summary>
    [Theory]
    [InlineData("{{name}}")]
    [InlineData("{name}")]
    [InlineData("<%name%>")]
    [InlineData("[%name%]")]
    [InlineData("*|NAME|*")]
    [InlineData("&lbrace;&lcub;name&rcub;&rbrace;")]
    [InlineData("${name}")]
    [InlineData("%%name%%")]
    public void A_placeholder_in_any_encoding_makes_no_page_however_much_of_the_URL_is_shown(string placeholder)
    {
        for (var (text, encodings) = (placeholder, 0); encodings < 4; (text, encodings) = (Uri.EscapeDataString(text), encodings + 1))
        {
            foreach (
                var spelt in (string[])
                    [
                        text,
                        text.Replace("%7B", "%7b", StringComparison.Ordinal)
                            .Replace("%3C", "%3c", StringComparison.Ordinal)
                            .Replace("%5B", "%5b", StringComparison.Ordinal),
                    ]
            )
            {
                foreach (
                    var url in (string[])
                        [$"https://shop.example/{spelt}", $"https://shop.example/offer?to={spelt}", $"https://shop.example/offer#{spelt}"]
                )
                {
                    var (path, full) = (Table(UrlDisplay.Path, url), Table(UrlDisplay.Full, url));
                    foreach (
                        var links in (LinkTable[])[path, full, full.WithOptions(new LinksOptions(), Now), Restored(path), Restored(full)]
                    )
                    {
                        Assert.Empty(
                            Urls(Of(account: null, Campaign(new LinksOptions()) with { Data = new CampaignData { Links = links } }))
                        );
                    }

                    Assert.Equal(
                        ["https://shop.example/offer"],
                        Urls(
                            Of(
                                account: null,
                                Campaign(
                                    new LinksOptions(),
                                    Some.Link("day-1", "0", url: url),
                                    Some.Link("day-1", "0", url: "https://shop.example/offer")
                                )
                            )
                        )
                    );
                }
            }
        }

        static LinkTable Table(UrlDisplay shown, string url) =>
            LinkTable.Empty.ApplyWalk([Some.Link("day-1", "0", url: url)], new LinksOptions { Url = shown }, Now);

        static LinkTable Restored(LinkTable links) =>
            StoredWalkMapper
                .Restore(
                    StoredWalkMapper.TryUnpack(
                        StoredWalkMapper.Pack(StoredWalkMapper.ToStored(Campaign(new LinksOptions()), new CampaignData { Links = links }))
                    )!
                )
                .Links.WithOptions(new LinksOptions(), Now);
    }

    [Fact]
    public void A_URL_that_was_cut_is_another_page() =>
        Assert.Empty(Urls(Snapshot(new LinksOptions(), $"https://shop.example/{new string('a', LabelValue.MaxBytes)}")));

    [Fact]
    public void A_page_is_one_target_in_each_step_that_links_it()
    {
        var targets = LinkTargets.FromSnapshot(
            Of(
                "main",
                Campaign(
                    new LinksOptions(),
                    Some.Link("day-1", "0", url: "https://shop.example/offer?from=top"),
                    Some.Link("day-1", "1", url: "https://shop.example/offer?from=end"),
                    Some.Link("day-2", "0", url: "https://shop.example/offer")
                )
            )
        );

        Assert.Equal(["day-1", "day-2"], targets.Select(target => target.Labels.StepId));
        Assert.All(targets, target => Assert.Equal(("main", "welcome"), (target.Labels.Account, target.Labels.Automation)));
    }

    [Fact]
    public void Links_without_a_series_of_their_own_are_no_targets() =>
        Assert.Equal(
            ["https://shop.example/busy"],
            LinkTargets
                .FromSnapshot(
                    Of(
                        "main",
                        Campaign(
                            new LinksOptions { MaxPerCampaign = 1 },
                            Some.Link("day-1", "0", url: "https://shop.example/quiet", clicks: 1),
                            Some.Link("day-1", "1", url: "https://shop.example/busy", clicks: 9)
                        )
                    )
                )
                .SelectMany(target => target.Targets)
        );

    [Fact]
    public void Pages_are_probed_on_while_SendGrid_cannot_be_asked()
    {
        var snapshot = Snapshot(new LinksOptions(), "https://shop.example/offer");
        Assert.Null(snapshot.Accounts[0].Campaigns[0].ServableData(Now + TimeSpan.FromDays(2), snapshot.MaxAge));
        Assert.Single(LinkTargets.FromSnapshot(snapshot));
    }

    [Fact]
    public void Single_sends_and_automations_without_a_walk_have_no_targets()
    {
        var campaign = Campaign(new LinksOptions(), Some.Link("all", "0", url: "https://shop.example/offer"));
        Assert.Empty(LinkTargets.FromSnapshot(Of("main", campaign with { Kind = CampaignKind.SingleSend })));
        Assert.Empty(LinkTargets.FromSnapshot(Of("main", campaign with { Data = null })));
    }

    [Theory]
    [InlineData(
        "main",
        """[{"targets":["https://shop.example/offer"],"labels":{"__param_target":"https://shop.example/offer","account":"main","automation":"welcome","step_id":"day-1"}}]"""
    )]
    [InlineData(
        null,
        """[{"targets":["https://shop.example/offer"],"labels":{"__param_target":"https://shop.example/offer","automation":"welcome","step_id":"day-1"}}]"""
    )]
    public void The_answer_is_what_Prometheus_reads(string? account, string expected) =>
        Assert.Equal(
            expected,
            JsonSerializer.Serialize(
                LinkTargets.FromSnapshot(
                    Of(account, Campaign(new LinksOptions(), Some.Link("day-1", "0", url: "https://shop.example/offer")))
                ),
                LinkTargetJson.Default.IReadOnlyListLinkTarget
            )
        );

    private static IEnumerable<string> Urls(Snapshot snapshot) => LinkTargets.FromSnapshot(snapshot).SelectMany(target => target.Targets);

    private static Snapshot Snapshot(LinksOptions options, string? url) =>
        Of(account: null, Campaign(options, Some.Link("day-1", "0", url: url)));

    private static Snapshot Of(string? account, CampaignSnapshot campaign) =>
        new()
        {
            Accounts =
            [
                new AccountSnapshot
                {
                    Name = account,
                    IsTried = true,
                    Campaigns = [campaign],
                },
            ],
        };

    private static CampaignSnapshot Campaign(LinksOptions options, params ObservedLink[] rows) =>
        Some.Automation() with
        {
            Health = PollHealth.Untried.Succeeded(Now, TimeSpan.FromSeconds(1), pages: 1),
            Data = new CampaignData { Links = LinkTable.Empty.ApplyWalk(rows, options, Now) },
        };
}
