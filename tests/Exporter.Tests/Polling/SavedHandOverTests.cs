using System.Net;
using Exporter.Polling;
using Exporter.Snapshots;
using Exporter.Tests.VirtualTime;

namespace Exporter.Tests.Polling;

/// <summary>
/// Three things at once: the writer reads saved state late and hands it over, a reload changes what is polled, and a poll is answered.
/// Every order of their steps is played.
/// </summary>
[Collection(nameof(OnVirtualTime))]
public sealed class SavedHandOverTests
{
    private const string Secret = "https://shop.example/offer?who=me";

    private static readonly DateTimeOffset Saturday = new VirtualClock().GetUtcNow();
    private static readonly LinksOptions Full = new() { Url = UrlDisplay.Full };
    private static readonly AccountOptions One = Account("one", PolledAccount.A);
    private static readonly AccountOptions Two = Account("two", PolledAccount.B);
    private static readonly PollingPlan First = Plan(Full, One);

    /// <summary>What a reload puts in force; of two, the second comes when the first would end.</summary>
    private static readonly Dictionary<string, PollingPlan[]> Reloads = new(StringComparer.Ordinal)
    {
        ["hides URLs"] = [Plan(new LinksOptions { Url = UrlDisplay.None }, One)],
        ["adds an account"] = [Plan(Full, One, Two)],
        ["adds an account and hides a part of URLs"] = [Plan(new LinksOptions(), One, Two)],
        ["renames the account"] = [Plan(new LinksOptions(), Account("three", PolledAccount.A))],
        ["moves the account"] = [Plan(Full, One with { Api = One.Api with { BaseUrl = new Uri("https://other.example") } })],
        ["renames the automation"] = [Plan(Full, One with { Automations = Account("one", PolledAccount.A, "other").Automations })],
        ["removes the account"] = [Plan(Full, Two)],
        ["removes the account, which comes back"] = [Plan(Full, Two), Plan(Full, One, Two)],
    };

    private static readonly Dictionary<string, (HttpStatusCode Status, string Text)> Answers = new(StringComparer.Ordinal)
    {
        ["rows"] = (
            HttpStatusCode.OK,
            $$"""{"results":[{"url":"{{Secret}}","url_location":0,"step_id":"s","clicks":6}],"total_clicks":6,"_metadata":{"count":1} }"""
        ),
        ["no rows"] = (HttpStatusCode.OK, """{"results":[],"total_clicks":0,"_metadata":{"count":0}}"""),
        ["404"] = (HttpStatusCode.NotFound, """{"errors":[{"message":"not found"}]}"""),
        ["302"] = (HttpStatusCode.Found, "{}"),
    };

    public static TheoryData<string, string> All => [.. from reload in Reloads.Keys from answer in Answers.Keys select (reload, answer)];

    [Theory]
    [MemberData(nameof(All))]
    public Task In_whatever_order_state_is_read_late_nothing_is_lost_and_nothing_is_shown_that_is_not_allowed(
        string reload,
        string answer
    ) =>
        PolledAccount.AloneAsync(() =>
        {
            foreach (var order in Orders("RH", "[]", "a"))
            {
                Play(order, Reloads[reload], answer, isReadable: true);
                Play(order, Reloads[reload], answer, isReadable: false);
            }
        });

    /// <summary>Every order of the letters of three texts in which the letters of each keep theirs.</summary>
    private static IEnumerable<string> Orders(params string[] texts)
    {
        var left = texts.Where(static text => text.Length > 0).ToList();
        return left.Count == 0
            ? [""]
            : left.SelectMany(next => Orders([.. left.Select(text => text == next ? text[1..] : text)]).Select(rest => next[0] + rest));
    }

    private static void Play(string order, PollingPlan[] reload, string answer, bool isReadable)
    {
        var program = new PolledProgram(First, Stored());
        program.Start();
        foreach (var step in order + "RH")
        {
            switch (step)
            {
                case 'R':
                    program.ReadStore();
                    break;
                case 'H':
                    program.HandOver();
                    break;
                case '[':
                    program.BeginReload(reload[0]);
                    break;
                case ']':
                    program.EndReload(isReadable);
                    Array.ForEach(reload[1..], program.BeginReload);
                    break;
                default:
                    program.Answer(PolledAccount.A, Answers[answer].Status, Answers[answer].Text);
                    break;
            }

            ShowsNoMoreThanAllowed(program, order);
        }

        Assert.Same(reload[^1], program.InForce);
        foreach (var account in program.Snapshot.Accounts)
        {
            var at = $"{account.Name} in the order {order}";
            Assert.True(account.Awaited is null, at);
            var campaign = Assert.Single(account.Campaigns);
            Assert.Equal(reload[^1].Accounts.Single(each => each.Api.Name == account.Name).Automations.List[0].Name, campaign.Label);
            Assert.True(Expected(campaign, answer).SequenceEqual(Clicks(campaign)), $"{string.Join(' ', Clicks(campaign))}: {at}");
        }

        program.Stop();
    }

    /// <summary>What was saved, or what a complete walk has found since.</summary>
    private static IEnumerable<long> Expected(CampaignSnapshot campaign, string answer)
    {
        var wasWalked = campaign.Health is { Attempts: > 0, Up: true };
        return (answer, wasWalked) switch
        {
            ("rows", true) => [6],
            ("no rows", true) => [],
            _ => [5, 3],
        };
    }

    private static IEnumerable<long> Clicks(CampaignSnapshot campaign) =>
        campaign.Data?.Links.Links.Select(static link => link.Clicks) ?? [];

    private static void ShowsNoMoreThanAllowed(PolledProgram program, string order)
    {
        var allowed = program.InForce.Links.Url;
        var urls = program
            .Snapshot.Accounts.SelectMany(static account => account.Campaigns.Concat(account.Remembered))
            .SelectMany(static campaign =>
                campaign.Data?.Links is { } links ? links.Links.Concat(links.Vanished.Select(static gone => gone.Link)) : []
            )
            .SelectMany(static link => link.Urls);
        Assert.All(urls, url => Assert.True(UrlText.Show(url, allowed) == url, $"{url} is shown under {allowed} in the order {order}"));
    }

    private static Dictionary<AccountIdentity, SavedAccount> Stored() =>
        Reloads
            .Values.SelectMany(static plans => plans)
            .Append(First)
            .SelectMany(static plan => plan.Accounts)
            .DistinctBy(static account => account.Identity)
            .ToDictionary(
                static account => account.Identity,
                static account => new SavedAccount([Saved(account.Automations.List[0].Id)], [], Damage: null)
                {
                    LandingPagesAsSaved = SavedLandingPages.Whole,
                }
            );

    private static CampaignSnapshot Saved(string id) =>
        Some.Automation(id) with
        {
            Interval = TimeSpan.Zero,
            Health = PollHealth.Resumed(up: true, Saturday, Saturday, TimeSpan.Zero, pages: 1, reason: null, error: null),
            Data = new CampaignData
            {
                Links = LinkTable.Empty.ApplyWalk([Some.Link("s", "0", 5, Secret), Some.Link("s", "1", 3, Secret)], Full, Saturday),
                HadLinks = true,
            },
        };

    private static AccountOptions Account(string name, string automation, string label = "first") =>
        new()
        {
            Api = Some.Api with { Name = name },
            Automations = new AutomationsOptions
            {
                Discover = false,
                StepStats = false,
                List = [new ConfiguredAutomation { Id = automation, Name = label }],
            },
        };

    private static PollingPlan Plan(LinksOptions links, params AccountOptions[] accounts) =>
        new(
            new PollOptions
            {
                Interval = TimeSpan.FromHours(1),
                MaxAge = TimeSpan.FromHours(3),
                Timeout = TimeSpan.FromMinutes(30),
            },
            accounts,
            links
        );
}
