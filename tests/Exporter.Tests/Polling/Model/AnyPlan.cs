using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.SendGrid.Keys;
using Exporter.SendGrid.RateLimits;
using Exporter.Snapshots;

namespace Exporter.Tests.Polling.Model;

/// <summary>
/// A plan for each number: other campaigns, names, intervals, idle interval, ages, lists and rates, all of them as a configuration may have
/// them.
/// </summary>
internal static class AnyPlan
{
    public static IReadOnlyList<string> Ids(CampaignKind kind) => kind == CampaignKind.Automation ? ["a", "b", "c"] : ["s", "t"];

    public static AccountPlan Of(int number)
    {
        var dice = new Random(number);
        var automations = Ids(CampaignKind.Automation).Where(_ => dice.Next(2) == 0).ToList();
        var interval = Any(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30));
        return new AccountPlan(
            new PollOptions
            {
                Interval = interval,
                IdleInterval = Any<TimeSpan?>(null, null, TimeSpan.FromHours(6)),
                MaxAge = TimeSpan.FromHours(Any(6, 13, 24)),
            },
            new AccountOptions
            {
                Api = new ApiOptions
                {
                    ApiKey = ApiKey.FromValue(Any("SG.x", "SG.y")),
                    Rate = new RateOptions { Concurrency = Any(1, 2, 4) },
                },
                Automations = new AutomationsOptions
                {
                    Discover = Any(true, true, false),
                    Exclude = [.. Ids(CampaignKind.Automation).Where(_ => dice.Next(8) == 0)],
                    Names = Any(NameSource.Config, NameSource.UndocumentedApi),
                    List =
                    [
                        .. automations.Select(id => new ConfiguredAutomation
                        {
                            Id = Any(id, id, id.ToUpperInvariant()),
                            Name = Any(null, $"first-{id}", $"second-{id}", IdOfAnother(id)),
                            Interval = Any<TimeSpan?>(null, null, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
                        }),
                    ],
                },
                SingleSends = new SingleSendsOptions
                {
                    Discover = Any(true, false),
                    List =
                    [
                        .. Ids(CampaignKind.SingleSend)
                            .Where(_ => dice.Next(3) == 0)
                            .Select(id => new ConfiguredSingleSend { Id = id, Name = Any(null, $"send-{id}") }),
                    ],
                },
            },
            new LinksOptions()
        );

        T Any<T>(params T[] of) => of[dice.Next(of.Length)];

        // The configuration refuses the id of another one that is listed, too.
        string? IdOfAnother(string id) => id == "a" && !automations.Contains("b") ? "b" : null;
    }
}
