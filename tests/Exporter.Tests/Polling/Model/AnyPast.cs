using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.Snapshots;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Tests.Polling.Model;

/// <summary>An account that has polled something under any configuration.</summary>
internal static class AnyPast
{
    /// <summary>The time of the second polls.</summary>
    public static DateTimeOffset Second { get; } = Some.Noon.AddHours(1);

    /// <summary>A plan for each number, with everything in it that decides what is shown.</summary>
    public static AccountPlan PlanOf(int number)
    {
        var (plan, dice) = (AnyPlan.Of(number), new Random(number));
        var automations = plan.Account.Automations;
        return plan with
        {
            Account = plan.Account with
            {
                Automations = automations with
                {
                    StepStats = dice.Next(2) == 0,
                    List =
                    [
                        .. automations.List.Select(each =>
                            each with
                            {
                                Steps =
                                [
                                    .. new[] { "step", "STEP", "other" }
                                        .Where(_ => dice.Next(3) == 0)
                                        .DistinctBy(static id => id, Ids.Comparer)
                                        .Select(id => new ConfiguredStep { Id = id, Name = dice.Next(2) == 0 ? "told" : "configured" }),
                                ],
                            }
                        ),
                    ],
                },
                SingleSends = plan.Account.SingleSends with { SentWithin = TimeSpan.FromDays(dice.Next(1, 5) * 5) },
            },
            Links = new LinksOptions
            {
                Url = (UrlDisplay)dice.Next(4),
                MaxPerCampaign = dice.Next(1, 5),
                MissingGrace = TimeSpan.FromHours(dice.Next(1, 30)),
            },
        };
    }

    public static AccountBook Book(AccountPlan plan, DateTimeOffset now) => new(plan, new PollLog(NullLogger.Instance, "main"), now);

    /// <summary>An account whose lists, names and campaigns were asked for twice, at noon and at <see cref="Second"/>.</summary>
    public static AccountBook Polled(AccountPlan plan, Random dice, Action<AccountBook, DateTimeOffset>? afterEach = null)
    {
        var book = Book(plan, Some.Noon);
        foreach (var now in (DateTimeOffset[])[Some.Noon, Second])
        {
            foreach (var kind in plan.Account.Discovered)
            {
                book.DiscoveryStarted(kind, now);
                book.DiscoveryEnded(
                    kind,
                    new CampaignList(
                        [
                            .. AnyPlan
                                .Ids(kind)
                                .Select((id, at) => new ListedCampaign(id, $"the {id}", "triggered", now.AddDays(-4 - (at * 8)))),
                        ],
                        SkippedRows: 0
                    ),
                    now,
                    pages: 1,
                    now
                );
            }

            if (plan.Account.Automations.Names == NameSource.UndocumentedApi)
            {
                book.Named([new AutomationName("a", "the a", new Dictionary<string, string> { ["step"] = "told", ["other"] = "told" })]);
            }

            // A campaign that is not due yet is polled all the same: only what is found matters here.
            for (var due = book.Due(now.AddDays(1)); due.Count > 0; due = book.Due(now))
            {
                foreach (var campaign in due)
                {
                    book.Poll(campaign, Found(plan, campaign.Kind, dice), now);
                }
            }

            afterEach?.Invoke(book, now);
        }

        return book;
    }

    private static PollOutcome Found(AccountPlan plan, CampaignKind kind, Random dice)
    {
        var found = Some.Found([
            .. new[] { "0", "1", "2", LinkTable.Overflow }
                .Where(_ => dice.Next(4) > 0)
                .Select(place => Some.Link("step", place, dice.Next(100), $"https://shop.example/{place}?u={dice.Next(3)}")),
        ]);
        return found with
        {
            Found = found.Found! with
            {
                ReportedClicks = dice.Next(3) == 0 ? null : dice.Next(400),
                Statistics = CampaignPolicy.Of(kind).HasStatistics(plan.Account)
                    ? [new EmailStatistics(new EmailKey("step"), [.. EmailStatistics.Names.Select(_ => (long?)dice.Next(9))])]
                    : [],
            },
        };
    }
}
