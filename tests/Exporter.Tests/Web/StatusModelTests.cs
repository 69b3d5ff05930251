using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using Exporter.History;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Tests.Snapshots;
using Exporter.Web.Pages;

namespace Exporter.Tests.Web;

public sealed class StatusModelTests
{
    private static readonly TimeSpan Generous = TimeSpan.FromMinutes(1);
    private static readonly PollHealth Good = PollHealth.Untried.Succeeded(Some.Noon, TimeSpan.FromSeconds(1), 2);
    private static readonly PollHealth Refused = PollHealth.Untried.Failed(
        Some.Noon,
        TimeSpan.Zero,
        0,
        Failures.Of(FailureReason.Unauthorized, "the API does not accept the key; one request now and then asks again")
    );
    private static readonly StatusInputs Quiet = new(
        BuildInfo.Current,
        IsAlive: true,
        static _ => [],
        [],
        new ConfigurationStatus("a.yml", Some.Noon, Some.Noon, LastReadInForce: true, [])
    );

    [Fact]
    public void A_failure_that_many_campaigns_share_is_shown_once_in_the_words_of_the_API()
    {
        var probe = PollHealth.Untried.Failed(
            Some.Noon,
            TimeSpan.Zero,
            0,
            Failures.Of(FailureReason.Unauthorized, "401: the API does not accept the key")
        );

        var status = Of(
            new AccountSnapshot
            {
                Name = "main",
                KeyAccepted = false,
                Campaigns = [Campaign(Refused, "a"), Campaign(probe, "b"), Campaign(Refused, "c")],
            }
        );

        var trouble = Assert.Single(status.Troubles);
        Assert.Equal(("main", "unauthorized", "401: the API does not accept the key"), (trouble.Account, trouble.Reason, trouble.Error));
        Assert.Equal(["a", "b", "c"], trouble.Affected);
        Assert.Contains("create a new one", trouble.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void The_sentence_says_how_many_are_up_to_date()
    {
        Assert.Equal("The one campaign is up to date.", Of(Account(Good)).Summary);
        Assert.Equal("All 2 campaigns are up to date.", Of(Account(Good, Good)).Summary);
        Assert.Equal("The first polls are under way: 1 of 2 campaigns are up to date.", Of(Account(Good, PollHealth.Untried)).Summary);
        Assert.Equal("1 of 2 campaigns are not up to date.", Of(Account(Good, Refused)).Summary);
    }

    [Theory]
    [InlineData(null, null, "Looking for campaigns to poll.", "waiting")]
    [InlineData(true, true, "There is nothing to poll: no campaign was found and none is listed.", "good")]
    [InlineData(false, true, "The campaigns to poll cannot be listed.", "failing")]
    [InlineData(false, false, "SendGrid does not accept a key, so nothing is known yet.", "failing")]
    public void Without_a_campaign_it_says_why(bool? isListed, bool? isAccepted, string summary, string state)
    {
        var health = isListed switch
        {
            null => PollHealth.Untried,
            true => Good,
            false => Refused,
        };

        var status = Of(
            new AccountSnapshot
            {
                KeyAccepted = isAccepted,
                Discovery = ImmutableSortedDictionary<CampaignKind, PollHealth>.Empty.Add(CampaignKind.Automation, health),
            }
        );

        Assert.Equal((summary, state), (status.Summary, Word(status.State)));
    }

    /// <summary>A shard without accounts looked for no campaign, so it found none missing.</summary>
    [Fact]
    public void Without_an_account_it_says_that_none_belongs_here() =>
        Assert.Equal(
            "There is nothing to poll: no account belongs to this process, one of several (--shard).",
            StatusModel.FromSnapshot(new Snapshot { Accounts = [] }, Quiet, Some.Noon).Summary
        );

    [Fact]
    public void A_dead_loop_is_worse_than_anything_that_the_last_polls_say()
    {
        var status = StatusModel.FromSnapshot(new Snapshot { Accounts = [Account(Good)] }, Quiet with { IsAlive = false }, Some.Noon);

        Assert.Equal(("stale", false), (Word(status.State), status.Healthy));
        Assert.Contains("restart", status.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void An_account_is_as_bad_as_the_worst_of_its_key_and_its_campaigns()
    {
        var refused = new AccountSnapshot { KeyAccepted = false, Campaigns = [Campaign(Good)] };

        Assert.Equal("failing", Word(Of(refused).Accounts[0].State));
        Assert.Equal("stale", Word(Of(refused with { Campaigns = [Campaign(Refused) with { Data = null }] }).Accounts[0].State));
        Assert.Equal("good", Word(Of(Account(Good)).Accounts[0].State));
    }

    [Fact]
    public void Campaigns_in_trouble_come_first()
    {
        var status = Of(
            new AccountSnapshot { Campaigns = [Campaign(Good, "a"), Campaign(Good, "B"), Campaign(Refused, "z") with { Data = null }] }
        );

        Assert.Equal(["z", "a", "B"], status.Accounts[0].Campaigns.Select(campaign => campaign.Label));
    }

    [Fact]
    public void The_json_says_the_same_in_the_words_of_the_metrics()
    {
        using var json = JsonDocument.Parse(JsonSerializer.Serialize(Of(Account(Good, Refused)), StatusJson.Default.StatusModel));

        var campaign = json.RootElement.GetProperty("accounts")[0].GetProperty("campaigns")[1];
        Assert.Equal("automation", campaign.GetProperty("kind").GetString());
        Assert.Equal("good", campaign.GetProperty("state").GetString());
        Assert.Equal(7, campaign.GetProperty("clicks").GetInt64());
        Assert.Equal(2, campaign.GetProperty("recent_polls")[0].GetProperty("pages").GetInt32());
        Assert.Equal("unauthorized", json.RootElement.GetProperty("troubles")[0].GetProperty("reason").GetString());
    }

    [Fact]
    public void No_value_becomes_a_tag()
    {
        const string Evil = "<script>alert('x')</script>&\"";
        var campaign = Campaign(Good.Failed(Some.Noon, TimeSpan.Zero, 0, Failures.Of(FailureReason.InvalidResponse, Evil)), Evil) with
        {
            Id = Evil,
            Name = Evil,
            StepNames = [("s", Evil)],
        };
        var account = new AccountSnapshot { Name = Evil, Campaigns = [campaign] };
        var status = StatusModel.FromSnapshot(new Snapshot { Accounts = [account] }, Quiet with { Notices = [Evil] }, Some.Noon);

        var pages =
            PageLayout.Render(
                Evil,
                StatusPage.Render(
                    status.With(new OutlierReport([Outlier(Evil)], 1, 0)),
                    Sparklines.Of<(string?, string)>([], Nothing, Some.Noon, TimeSpan.Zero),
                    new Uri("https://grafana.example/x"),
                    url: null
                ),
                refresh: 0
            )
            + PageLayout.Render(
                Evil,
                CampaignPage.Render(
                    campaign,
                    status.Accounts[0].Campaigns[0],
                    Evil,
                    Some.Noon,
                    campaign.Data,
                    Sparklines.Of<(EmailKey, string)>([], Nothing, Some.Noon, TimeSpan.Zero),
                    Compared(new EmailKey("s"), "0"),
                    new Uri("https://grafana.example/x")
                ),
                refresh: 0
            );

        Assert.DoesNotContain("<script", pages, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;", pages, StringComparison.Ordinal);
        Assert.Contains("https://grafana.example/x/d/sendgrid-automation?var-account=%3Cscript", pages, StringComparison.Ordinal);
    }

    [Fact]
    public void What_stands_out_is_on_top_with_the_page_that_shows_more_and_in_the_json()
    {
        var status = Of(Account(Good)).With(new OutlierReport([Outlier("https://shop.example/start")], 12, 0));
        var pictures = Sparklines.Of<(string?, string)>([], Nothing, Some.Noon, TimeSpan.Zero);
        var page = StatusPage.Render(status, pictures, grafana: null, url: null).ToString();

        Assert.Contains(
            "<strong class=\"link\">https://shop.example/start</strong> in <a href=\"automation?id=id\">series / welcome</a>: <strong>no "
                + "click for 12 min; its siblings predict 84</strong>.",
            page,
            StringComparison.Ordinal
        );
        Assert.True(page.IndexOf("stands-out", StringComparison.Ordinal) < page.IndexOf("up to date", StringComparison.Ordinal));
        using var json = JsonDocument.Parse(JsonSerializer.Serialize(status, StatusJson.Default.StatusModel));
        var outlier = json.RootElement.GetProperty("stands_out")[0];
        Assert.Equal(
            (0, 84, "https://shop.example/start"),
            (outlier.GetProperty("got").GetInt64(), outlier.GetProperty("expected").GetInt64(), outlier.GetProperty("url").GetString())
        );
        Assert.Equal(
            "https://shop.example/start in series / welcome: no click for 12 min; its siblings predict 84.",
            outlier.GetProperty("summary").GetString()
        );
        Assert.Equal(12, json.RootElement.GetProperty("links_compared").GetInt32());
    }

    [Fact]
    public void A_campaign_with_a_link_that_stands_out_is_marked_and_the_rest_of_the_page_steps_back()
    {
        var status = Of(Account(Good, Good) with { Campaigns = [Campaign(Good, "series") with { Id = "id" }, Campaign(Good, "well")] });
        var quiet = Page(status);
        var page = Page(status.With(new OutlierReport([Outlier("https://shop.example/start")], 2, 0)));

        var marked = Regex.Matches(page, "<tr class=\"low\">\\s*<td class=\"name\"><a [^>]*>(?<name>.*?)</a>", RegexOptions.None, Generous);
        Assert.Equal(["series"], marked.Select(row => row.Groups["name"].Value));
        Assert.Contains("<small class=\"low\">A link stands out</small>", page, StringComparison.Ordinal);
        Assert.Contains("<p class=\"lead below\">", page, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"low\"", quiet, StringComparison.Ordinal);
        Assert.Contains("<p class=\"lead\">", quiet, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20, 60, "597 of 600 left<small>automation links, as last reported, renewed in 20 s</small>")]
    [InlineData(-1, 60, "598 of 600 left<small>Single Send links, as last reported, renewed in 60 s</small>")]
    [InlineData(-2, -1, "597 of 600 left<small>automation links, as last reported, renewed since</small>")]
    public void The_tightest_rate_limit_is_shown_and_one_that_was_renewed_is_full(int automations, int sends, string shown)
    {
        var around = Quiet with
        {
            RateLimits = _ =>
                [
                    new RateLimitSeen("automation_links", 600, 597, Some.Noon.AddSeconds(automations)),
                    new RateLimitSeen("singlesend_links", 600, 598, Some.Noon.AddSeconds(sends)),
                ],
        };

        var page = Page(StatusModel.FromSnapshot(new Snapshot { Accounts = [Account(Good)] }, around, Some.Noon));

        Assert.Contains("<dt>Tightest rate limit</dt><dd>" + shown, page, StringComparison.Ordinal);
    }

    [Fact]
    public void That_nothing_stands_out_is_only_said_where_something_was_compared()
    {
        Assert.Contains(
            "Compared with their siblings in the same email: 1 of 2 links of automations; none stands out.",
            Page(Of(Account(Good, Good)).With(new OutlierReport([], 1, 0))),
            StringComparison.Ordinal
        );
        Assert.Contains("once two days of their clicks are stored", Page(Of(Account(Good))), StringComparison.Ordinal);
    }

    private static string Page(StatusModel status) =>
        StatusPage
            .Render(status, Sparklines.Of<(string?, string)>([], Nothing, Some.Noon, TimeSpan.Zero), grafana: null, url: null)
            .ToString();

    private static OutlierStatus Outlier(string url) =>
        new(
            Account: null,
            "series",
            "id",
            "step",
            "welcome",
            "0",
            url,
            Some.Noon.AddMinutes(-12),
            WindowSeconds: 720,
            Got: 0,
            Expected: 84
        );

    private static IReadOnlyList<LinkComparison> Compared(EmailKey email, string location) =>
        [
            new(
                email,
                location,
                [new ComparedWindow(Some.Noon.AddHours(-1), TimeSpan.FromHours(1), Got: 0, Expected: 84, StandsOut: true)],
                Silence: null
            ),
        ];

    private static IReadOnlyList<Observation> Nothing(StoredSeries series, DateTimeOffset from, DateTimeOffset to, TimeSpan every) => [];

    private static StatusModel Of(AccountSnapshot account) =>
        StatusModel.FromSnapshot(new Snapshot { Accounts = [account] }, Quiet, Some.Noon);

    private static AccountSnapshot Account(params PollHealth[] campaigns) =>
        new() { KeyAccepted = true, Campaigns = [.. campaigns.Select((health, number) => Campaign(health, $"c{number}"))] };

    private static string Word(HealthState state) => PageLayout.Class(state);

    private static CampaignSnapshot Campaign(PollHealth health, string label = "welcome") =>
        Some.Automation(label) with
        {
            Health = health,
            Data = new CampaignData
            {
                Links = LinkTable.Empty.ApplyWalk(
                    [Some.Link(clicks: 7, url: "https://shop.example/<script>")],
                    new LinksOptions { Url = UrlDisplay.Full },
                    Some.Noon
                ),
                Statistics = [new EmailStatistics(new EmailKey("s"), [.. Enumerable.Repeat(1L, 12)])],
            },
        };
}
