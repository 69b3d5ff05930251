using Exporter.Cli;
using Exporter.SendGrid;
using Exporter.SendGrid.RateLimits;

namespace Exporter.Tests.Cli;

public sealed class CostPlanTests
{
    private static readonly ApiEndpoint Links = ApiEndpoint.AutomationLinks;
    private static readonly ApiEndpoint Stats = ApiEndpoint.AutomationStats;
    private static readonly ApiEndpoint List = ApiEndpoint.AutomationList;

    [Fact]
    public void A_cycle_asks_for_every_page_of_every_campaign_once() =>
        Assert.Equal(7, Plan(1, Polled(60, (Links, 4), (Stats, 1)), Polled(60, (Links, 2))).PerCycle);

    [Fact]
    public void An_hour_costs_the_pages_of_each_campaign_as_often_as_it_is_polled_and_those_of_the_lists()
    {
        var plan = Plan(1, Polled(600, (Links, 4), (Stats, 1)), Polled(3600, (Links, 2))) with
        {
            Lists = new Dictionary<ApiEndpoint, int> { [List] = 3 },
            DiscoveryInterval = TimeSpan.FromMinutes(30),
        };

        Assert.Equal(30 + 2 + 6, plan.PerHour, precision: 6);
    }

    [Fact]
    public void A_plan_may_use_the_budget_up()
    {
        var plan = Plan(0.5, Polled(60, (Links, 30)));

        Assert.Equal(1800, plan.BudgetPerHour);
        Assert.True(plan.FitsBudget);
        Assert.True(plan.Fits);
    }

    [Fact]
    public void A_plan_that_needs_more_than_the_budget_does_not_fit_whatever_the_limits_allow()
    {
        var plan = Plan(0.5, Polled(60, (Links, 31))) with { Limits = PerMinute((Links, 600)) };

        Assert.False(plan.FitsBudget);
        Assert.False(plan.Fits);
    }

    [Fact]
    public void A_plan_may_use_a_limit_up_and_no_more()
    {
        var plan = Plan(1000, Polled(60, (Links, 30)));

        Assert.True((plan with { Limits = PerMinute((Links, 30)) }).Fits);
        Assert.False((plan with { Limits = PerMinute((Links, 29)) }).Fits);
        Assert.True((plan with { Limits = PerMinute((Links, 29)) }).FitsBudget);
    }

    [Fact]
    public void The_tightest_limit_is_the_one_of_which_most_is_used()
    {
        var plan = Plan(1, Polled(60, (Links, 30), (Stats, 6))) with { Limits = PerMinute((Links, 100), (Stats, 10), (List, 1)) };

        Assert.Equal((Stats, 10), (plan.Tightest!.Value.Endpoint, plan.Tightest.Value.Limit.Requests));
        Assert.Equal(0.6, plan.Tightest.Value.Used, precision: 6);
    }

    /// <summary>3 requests of which two seconds are left may be 3 in two seconds as well as 3 in a minute.</summary>
    [Fact]
    public void A_limit_whose_period_is_not_known_is_judged_by_what_was_seen_of_it_and_doubted()
    {
        var plan = Plan(1, Polled(60, (Links, 6))) with
        {
            Limits = new Dictionary<ApiEndpoint, ObservedRateLimit> { [Links] = Seen(3, (0, 2)) },
        };

        Assert.True(plan.Fits);
        Assert.Equal((Links, 2d), Assert.Single(plan.Doubtful));
        Assert.Equal(TimeSpan.FromSeconds(6), plan.ShortestInterval);
    }

    [Fact]
    public void A_limit_that_would_be_used_up_to_the_last_request_is_not_doubted() =>
        Assert.Empty(
            (
                Plan(1, Polled(60, (Links, 3))) with
                {
                    Limits = new Dictionary<ApiEndpoint, ObservedRateLimit> { [Links] = Seen(3, (0, 2)) },
                }
            ).Doubtful
        );

    [Fact]
    public void A_limit_whose_period_lasts_too_long_already_does_not_fit()
    {
        var plan = Plan(1, Polled(60, (Links, 6))) with
        {
            Limits = new Dictionary<ApiEndpoint, ObservedRateLimit> { [Links] = Seen(3, (0, 50)) },
        };

        Assert.False(plan.Fits);
        Assert.Equal(1.6, plan.Tightest!.Value.Used, precision: 6);
    }

    [Fact]
    public void A_limit_whose_period_is_known_is_not_doubted()
    {
        var plan = Plan(1, Polled(60, (Links, 6)));

        Assert.Empty(
            (plan with { Limits = new Dictionary<ApiEndpoint, ObservedRateLimit> { [Links] = Seen(3, (0, 2), (2, 4)) } }).Doubtful
        );
        Assert.Empty((plan with { Limits = PerMinute((Links, 3)) }).Doubtful);
    }

    [Fact]
    public void Without_a_limit_that_was_seen_there_is_no_tightest_one() => Assert.Null(Plan(1, Polled(60, (Links, 30))).Tightest);

    /// <summary>30 requests in a cycle: 20 pages of links and 10 of statistics.</summary>
    [Theory]
    [InlineData(1, 600, 600, 30)]
    [InlineData(1, 30, 60, 40)]
    [InlineData(1, 60, 12, 50)]
    [InlineData(7, 600, 600, 5)]
    [InlineData(1000, 60_000, 60_000, 1)]
    public void The_shortest_interval_is_the_longest_that_the_budget_or_a_limit_asks_for(double rate, int links, int stats, int seconds) =>
        Assert.Equal(
            TimeSpan.FromSeconds(seconds),
            (Plan(rate, Polled(60, (Links, 20), (Stats, 10))) with { Limits = PerMinute((Links, links), (Stats, stats)) }).ShortestInterval
        );

    [Fact]
    public void All_that_is_polled_at_the_same_interval_shares_it() =>
        Assert.Equal(TimeSpan.FromSeconds(30), Plan(1, Polled(60, (Links, 20)), Polled(60, (Links, 10))).ShortestInterval);

    [Fact]
    public void What_has_an_interval_of_its_own_and_the_lists_leave_less_for_the_others()
    {
        var plan = Plan(1, Polled(60, (Links, 10)), OfItsOwn(20, (Links, 5))) with
        {
            Lists = new Dictionary<ApiEndpoint, int> { [List] = 15 },
            DiscoveryInterval = TimeSpan.FromMinutes(1),
        };

        Assert.Equal(TimeSpan.FromSeconds(20), plan.ShortestInterval);
    }

    [Fact]
    public void Where_what_has_an_interval_of_its_own_needs_all_no_interval_is_long_enough()
    {
        var plan = Plan(1, Polled(60, (Links, 10)), OfItsOwn(20, (Links, 20)));

        Assert.Null(plan.ShortestInterval);
        Assert.Null((plan with { Limits = PerMinute((Links, 600)) }).ShortestInterval);
        Assert.Null(
            (
                plan with
                {
                    Rate = new RateOptions { RequestsPerSecond = 1000 },
                    Limits = PerMinute((Links, 60)),
                }
            ).ShortestInterval
        );
    }

    /// <summary>Ten times 0.2 is a little less than 2, and what is left of it is nothing, not an interval of a billion years.</summary>
    [Fact]
    public void A_rounding_error_of_what_is_left_is_nothing() =>
        Assert.Null(
            Plan(2, [Polled(60, (Links, 1)), .. Enumerable.Range(0, 10).Select(static _ => OfItsOwn(10, (Links, 2)))]).ShortestInterval
        );

    private static CostPlan Plan(double rate, params CampaignCost[] campaigns) =>
        new(
            campaigns,
            new Dictionary<ApiEndpoint, int>(),
            TimeSpan.FromHours(1),
            new RateOptions { RequestsPerSecond = rate },
            new Dictionary<ApiEndpoint, ObservedRateLimit>()
        );

    private static CampaignCost Polled(int seconds, params (ApiEndpoint Endpoint, int Pages)[] requests) =>
        new(requests.ToDictionary(request => request.Endpoint, request => request.Pages), TimeSpan.FromSeconds(seconds), PollIntervals: 1);

    private static CampaignCost OfItsOwn(int seconds, params (ApiEndpoint Endpoint, int Pages)[] requests) =>
        Polled(seconds, requests) with
        {
            PollIntervals = null,
        };

    private static Dictionary<ApiEndpoint, ObservedRateLimit> PerMinute(params (ApiEndpoint Endpoint, int Requests)[] limits) =>
        limits.ToDictionary(limit => limit.Endpoint, limit => Seen(limit.Requests, (0, 60), (60, 120)));

    /// <summary>A limit after answers at so many seconds, each in a period that ends at so many.</summary>
    private static ObservedRateLimit Seen(int requests, params (int At, int End)[] answers) =>
        answers.Aggregate(
            (ObservedRateLimit?)null,
            (known, answer) =>
                ObservedRateLimit.Next(
                    known,
                    new RateLimitHeaders(
                        requests,
                        Remaining: 1,
                        DateTimeOffset.UnixEpoch.AddSeconds(100 + answer.End),
                        100 + answer.End,
                        RetryAt: null
                    ),
                    DateTimeOffset.UnixEpoch.AddSeconds(100 + answer.At)
                )
        )!;
}
