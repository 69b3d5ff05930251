using System.Collections.Immutable;
using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.SendGrid.RateLimits;
using Exporter.Snapshots;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Tests.Polling;

/// <summary>
/// Saved state that is read late, at every place in every short history of answers and reloads: the account becomes what it would be if the
/// store had been read at the start.
/// </summary>
public sealed class LateSavedStateTests
{
    private const string Secret = "https://shop.example/offer?who=me";

    private static readonly string A = Some.AutomationId(1);
    private static readonly string Found = Some.AutomationId(2);
    private static readonly LinksOptions Full = new() { Url = UrlDisplay.Full };

    /// <summary>Named a, and another one is found by the list.</summary>
    private static readonly AccountPlan Plan = Of(discover: true, "a");

    /// <summary>A poll is always under way: each answer ends it, and the next one begins.</summary>
    private static readonly Dictionary<string, Action<AccountBook, DateTimeOffset>> Events = new(StringComparer.Ordinal)
    {
        ["200"] = static (book, now) => Answer(book, now, Rows(Some.Link("s", "0", 6, Secret), Some.Link("s", "2", 1, Secret))),
        ["empty"] = static (book, now) => Answer(book, now, Rows()),
        ["404"] = static (book, now) => Answer(book, now, Rows() with { LinksNotFound = NotFound }),
        ["404 for statistics"] = static (book, now) =>
            Answer(book, now, Rows(Some.Link("s", "0", 7, Secret)) with { Statistics = [], StatisticsNotFound = NotFound }),
        ["500"] = static (book, now) => Answer(book, now, found: null),
        ["no urls"] = static (book, now) => Reload(book, now, book.Plan with { Links = new LinksOptions { Url = UrlDisplay.None } }),
        ["short urls"] = static (book, now) => Reload(book, now, book.Plan with { Links = new LinksOptions() }),
        ["renamed"] = static (book, now) => Reload(book, now, Of(discover: true, "other") with { Links = book.Plan.Links }),
        ["unnamed"] = static (book, now) => Reload(book, now, Of(discover: true, name: null) with { Links = book.Plan.Links }),
        ["removed"] = static (book, now) => Reload(book, now, Of(discover: false, name: null) with { Links = book.Plan.Links }),
        ["as before"] = static (book, now) => Reload(book, now, Plan with { Links = book.Plan.Links }),
        ["both listed"] = static (book, now) => List(book, now, A, Found),
        ["one listed"] = static (book, now) => List(book, now, Found),
    };

    private static readonly ApiError NotFound = new(FailureReason.NotFound, "404");

    public static TheoryData<string> All => [.. Events.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public void Whenever_saved_state_is_read_the_account_becomes_what_it_would_be_if_it_had_been_there_from_the_start(string first)
    {
        foreach (var second in Events.Keys)
        {
            foreach (var third in Events.Keys)
            {
                string[] history = [first, second, third];
                for (var late = 0; late <= history.Length; late++)
                {
                    Play(history, late);
                }
            }
        }
    }

    private static void Play(string[] history, int late)
    {
        var (expected, book) = (Begin(Saved()), Begin(SavedAccount.Unread));
        for (var step = 0; step <= history.Length; step++)
        {
            var now = Some.Noon.AddMinutes((2 * step) + 1);
            if (step == late)
            {
                book.Resume(Saved(), now);
                Ask(book, now);
            }

            // What is not known yet is not polled either.
            if (step < history.Length && (!IsAnswer(history[step]) || (Asked(expected) is not null && Asked(book) is not null)))
            {
                Happen(expected, history[step], now.AddMinutes(1));
                Happen(book, history[step], now.AddMinutes(1));
            }

            var at = $"{string.Join(", ", history)}, read after {late}, step {step}";
            ShowsNoMoreThanAllowed(book, at);
            if (step >= late)
            {
                IsAsExpected(expected, book, [.. Comparable(history, late)], at);
            }
        }
    }

    /// <summary>
    /// Returns what must be the same. What a reload took away before it was known may come back with discovery, which otherwise begins it
    /// anew; and it then ages out like whatever discovery finds.
    /// </summary>
    private static IEnumerable<string> Comparable(string[] history, int late)
    {
        var unnamed = Array.IndexOf(history[..late], "unnamed");
        if (unnamed < 0 || !history.Skip(unnamed).Any(static what => what is "removed" or "one listed"))
        {
            yield return A;
        }

        if (!history.Take(late).Contains("removed", StringComparer.Ordinal))
        {
            yield return Found;
        }
    }

    private static void Happen(AccountBook book, string what, DateTimeOffset now)
    {
        var before = Clicks(book.Snapshot);
        Events[what](book, now);
        if (what is "404" or "500" or "no urls" or "short urls" or "renamed" or "both listed")
        {
            // None of these is a walk that says that something is gone.
            var after = Clicks(book.Snapshot);
            Assert.All(
                before.Where(static each => each.Clicks.Contains(':', StringComparison.Ordinal)),
                each => Assert.Contains(each, after)
            );
        }

        Ask(book, now);
    }

    private static void IsAsExpected(AccountBook expected, AccountBook book, string[] ids, string at)
    {
        Assert.True(book.Snapshot.Awaited is null, at);
        Assert.True(Known(expected).SequenceEqual(Known(book)), $"{string.Join(' ', Clicks(book.Snapshot))}: {at}");
        foreach (var campaign in Listed(expected.Snapshot).Where(each => ids.Contains(each.Id)))
        {
            var found = Listed(book.Snapshot).Single(each => each.Id == campaign.Id);
            Assert.True(campaign.Label == found.Label, at);
            Assert.True(campaign.Data is null == found.Data is null, at);
            if (campaign.Data is { } former && found.Data is { } data)
            {
                Assert.True((former.HadLinks, former.HadStatistics) == (data.HadLinks, data.HadStatistics), at);
                Assert.True(Vanished(former).SequenceEqual(Vanished(data)), at);
                Assert.True(
                    former
                        .Statistics.SelectMany(static email => email.Values)
                        .SequenceEqual(data.Statistics.SelectMany(static email => email.Values)),
                    at
                );
                Assert.All(
                    former.Links.Links.Zip(data.Links.Links),
                    link => Assert.True(link.First.LastIncrease is null || link.Second.LastIncrease is not null, at)
                );
            }
        }

        IEnumerable<(string, string)> Known(AccountBook each) => Clicks(each.Snapshot).Where(campaign => ids.Contains(campaign.Id));
        static IEnumerable<string> Vanished(CampaignData data) => data.Links.Vanished.Select(static gone => gone.Link.Location);
    }

    private static void ShowsNoMoreThanAllowed(AccountBook book, string at)
    {
        var allowed = book.Plan.Links.Url;
        var urls = book
            .Snapshot.Campaigns.Concat(book.Snapshot.Remembered)
            .SelectMany(static campaign =>
                campaign.Data?.Links is { } links ? links.Links.Concat(links.Vanished.Select(static gone => gone.Link)) : []
            )
            .SelectMany(static link => link.Urls);
        Assert.All(urls, url => Assert.True(UrlText.Show(url, allowed) == url, $"{url} is shown under {allowed}: {at}"));
    }

    private static IEnumerable<CampaignSnapshot> Listed(AccountSnapshot account) =>
        account.Campaigns.Where(static campaign => !campaign.IsDelisted).OrderBy(static campaign => campaign.Id, StringComparer.Ordinal);

    private static List<(string Id, string Clicks)> Clicks(AccountSnapshot account) =>
        [
            .. Listed(account)
                .Select(static campaign =>
                    (
                        campaign.Id,
                        string.Join(' ', campaign.Data?.Links.Links.Select(static link => $"{link.Location}:{link.Clicks}") ?? ["nothing"])
                    )
                ),
        ];

    private static void Answer(AccountBook book, DateTimeOffset now, PollFindings? found)
    {
        if (Asked(book) is { } asked)
        {
            var outcome = found is null ? Some.Failed(FailureReason.Unavailable) : new PollOutcome(found, Error: null, 1, TimeSpan.Zero);
            book.Ended(new PolledCampaign(book, asked), outcome, now);
        }
    }

    private static bool IsAnswer(string what) => char.IsAsciiDigit(what[0]) || what == "empty";

    private static CampaignState? Asked(AccountBook book) =>
        book.State.Campaigns.All.SingleOrDefault(static campaign => campaign.Id == A && campaign.IsRunning);

    /// <summary>Whatever of it is not being polled is polled now.</summary>
    private static void Ask(AccountBook book, DateTimeOffset now)
    {
        if (book.State.Campaigns.Listed.SingleOrDefault(static campaign => campaign.Id == A && !campaign.IsRunning) is { } waiting)
        {
            book.Started(new PolledCampaign(book, waiting), now);
        }
    }

    private static void Reload(AccountBook book, DateTimeOffset now, AccountPlan plan) => book.Reconfigure(plan, now);

    private static void List(AccountBook book, DateTimeOffset now, params string[] ids)
    {
        if (book.Snapshot.Discovery.ContainsKey(CampaignKind.Automation))
        {
            book.Discover(ids, now);
        }
    }

    private static AccountBook Begin(SavedAccount saved)
    {
        var book = new AccountBook(Plan.With(saved), new PollLog(NullLogger.Instance, "main"), Some.Noon);
        Ask(book, Some.Noon);
        return book;
    }

    private static AccountPlan Of(bool discover, string? name) =>
        Some.Plan(
            new AccountOptions
            {
                Api = Some.Api with { Rate = new RateOptions { Concurrency = 100 } },
                Automations = new AutomationsOptions
                {
                    Discover = discover,
                    List = name is null ? [] : [new ConfiguredAutomation { Id = A, Name = name }],
                },
            },
            links: Full
        );

    private static PollFindings Rows(params ObservedLink[] links) =>
        new(
            links,
            ReportedClicks: null,
            CountMismatch: false,
            [new EmailStatistics(new EmailKey("s"), [.. Enumerable.Repeat<long?>(3, 12)])]
        );

    private static SavedAccount Saved() =>
        new([Saved(A), Saved(Found)], [], Damage: null) { LandingPagesAsSaved = SavedLandingPages.Whole };

    private static CampaignSnapshot Saved(string id)
    {
        var at = Some.Noon.AddMinutes(-20);
        var links = LinkTable
            .Empty.ApplyWalk([Some.Link("s", "0", 4, Secret), Some.Link("s", "1", 3, Secret)], Full, at.AddMinutes(-5))
            .ApplyWalk([Some.Link("s", "0", 5, Secret), Some.Link("s", "1", 3, Secret)], Full, at);
        return Some.Automation(id) with
        {
            Interval = TimeSpan.Zero,
            Health = PollHealth.Resumed(up: true, at, at, TimeSpan.Zero, pages: 1, reason: null, error: null),
            Data = new CampaignData
            {
                Links = links,
                HadLinks = true,
                HadStatistics = true,
                Statistics = [new EmailStatistics(new EmailKey("s"), [.. Enumerable.Repeat<long?>(2, 12)])],
            },
        };
    }
}
