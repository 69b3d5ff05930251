using CsCheck;
using Exporter.SendGrid.RateLimits;

namespace Exporter.Tests.SendGrid;

public sealed class EndpointQuotaTests
{
    /// <summary>A request that lets itself be spread over the whole period.</summary>
    private static readonly DateTimeOffset Whenever = DateTimeOffset.MaxValue;

    [Fact]
    public void Nothing_is_held_back_before_the_api_has_told() =>
        Assert.True(
            new EndpointQuota()
                .Sent(Some.Noon)
                .Answered(refused: false, Told.Nothing, Some.Noon, EndpointQuota.MaxUnnamedWait, jitter: 1)
                .NotBefore(Whenever) <= Some.Noon
        );

    [Fact]
    public void A_429_is_quiet_until_the_time_it_names_and_a_little_longer()
    {
        var calm = Refused(new EndpointQuota(), Told.Reset(Some.Noon.AddSeconds(37)), Some.Noon, jitter: 0);
        var jittered = Refused(new EndpointQuota(), Told.Reset(Some.Noon.AddSeconds(37)), Some.Noon, jitter: 1);

        Assert.Equal(Some.Noon.AddSeconds(37), calm.NotBefore(Whenever));
        Assert.Equal(Some.Noon.AddSeconds(37) + EndpointQuota.MaxJitter, jittered.NotBefore(Whenever));
    }

    [Fact]
    public void Retry_after_counts_before_the_reset() =>
        Assert.Equal(
            Some.Noon.AddSeconds(5),
            Refused(new EndpointQuota(), Told.Reset(Some.Noon.AddSeconds(37)) with { RetryAt = Some.Noon.AddSeconds(5) })
                .NotBefore(Whenever)
        );

    [Fact]
    public void A_200_that_leaves_nothing_is_quiet_until_the_reset() =>
        Assert.Equal(Some.Noon.AddSeconds(37), Answered(new EndpointQuota(), Told.Reset(Some.Noon.AddSeconds(37), 0)).NotBefore(Whenever));

    [Fact]
    public void Clients_that_wait_for_the_reset_are_spread_over_a_little_time_behind_it() =>
        Assert.Equal(
            Some.Noon.AddSeconds(37) + (EndpointQuota.MaxJitter / 2),
            new EndpointQuota()
                .Answered(refused: false, Told.Reset(Some.Noon.AddSeconds(37), 0), Some.Noon, EndpointQuota.MaxUnnamedWait, jitter: 0.5)
                .NotBefore(Whenever)
        );

    [Fact]
    public void A_429_that_names_no_time_does_not_shorten_a_wait_that_another_one_named()
    {
        var named = Refused(new EndpointQuota(), Told.Reset(Some.Noon.AddSeconds(37)));

        Assert.Equal(Some.Noon.AddSeconds(37), Refused(named, Told.Nothing, Some.Noon.AddSeconds(1)).NotBefore(Whenever));
        Assert.Equal(
            Some.Noon.AddSeconds(37),
            Refused(named, Told.Nothing with { RetryAt = Some.Noon.AddSeconds(2) }, Some.Noon.AddSeconds(1)).NotBefore(Whenever)
        );
    }

    [Fact]
    public void A_200_that_was_overtaken_by_a_429_does_not_end_its_wait()
    {
        var quiet = Refused(new EndpointQuota(), Told.Reset(Some.Noon.AddSeconds(37), 0));

        Assert.Equal(
            Some.Noon.AddSeconds(37),
            Answered(quiet, Told.Reset(Some.Noon.AddSeconds(37), 3), Some.Noon.AddSeconds(1)).NotBefore(Whenever)
        );
        Assert.Equal(
            Some.Noon.AddSeconds(37),
            Answered(quiet, Told.Reset(Some.Noon.AddSeconds(2), 0), Some.Noon.AddSeconds(1)).NotBefore(Whenever)
        );
        Assert.Equal(Some.Noon.AddSeconds(37), Answered(quiet, Told.Nothing, Some.Noon.AddSeconds(1)).NotBefore(Whenever));
    }

    [Fact]
    public void Waits_after_429s_without_a_time_grow_up_to_a_minute()
    {
        var budget = new EndpointQuota();
        var waits = new List<double>();
        var now = Some.Noon;
        for (var i = 0; i < 2000; i++)
        {
            budget = Refused(budget, Told.Nothing, now, jitter: 1);
            waits.Add((budget.NotBefore(Whenever) - now).TotalSeconds);
            now = budget.NotBefore(Whenever);
        }

        Assert.Equal([1.5, 2.5, 4.5, 8.5, 16.5, 32.5, 60.5, 60.5], waits.Take(8));
        Assert.All(waits.Skip(6), wait => Assert.Equal(60.5, wait));
    }

    [Fact]
    public void A_good_answer_begins_the_growing_waits_anew()
    {
        var budget = Refused(Refused(new EndpointQuota(), Told.Nothing), Told.Nothing);

        var again = Refused(Answered(budget, Told.Nothing), Told.Nothing, Some.Noon.AddMinutes(1));

        Assert.Equal(Some.Noon.AddMinutes(1).AddSeconds(1), again.NotBefore(Whenever));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_answer_that_names_a_time_begins_the_growing_waits_anew(bool refused)
    {
        var budget = Refused(Refused(new EndpointQuota(), Told.Nothing), Told.Nothing);

        var told = budget.Answered(refused, Told.Reset(Some.Noon.AddSeconds(10), 0), Some.Noon, EndpointQuota.MaxUnnamedWait, jitter: 0);

        Assert.Equal(Some.Noon.AddMinutes(1).AddSeconds(1), Refused(told, Told.Nothing, Some.Noon.AddMinutes(1)).QuietUntil);
    }

    [Fact]
    public void The_earliest_end_of_a_period_is_the_best_estimate()
    {
        var early = Told.Reset(Some.Noon.AddSeconds(60), 3);
        var late = early with { ResetAt = Some.Noon.AddSeconds(61) };

        Assert.Equal(Some.Noon.AddSeconds(60), Answered(Answered(new EndpointQuota(), early), late).ResetAt);
        Assert.Equal(Some.Noon.AddSeconds(60), Answered(Answered(new EndpointQuota(), late), early).ResetAt);
    }

    [Fact]
    public void The_smaller_remainder_of_a_period_is_the_newer_one_and_a_new_period_begins_anew()
    {
        var reset = Some.Noon.AddSeconds(60);
        var budget = Answered(Answered(new EndpointQuota(), Told.Reset(reset, 3)), Told.Reset(reset, 5));
        Assert.Equal(3, budget.Remaining);

        Assert.Equal(500, Answered(budget, Told.Reset(reset.AddSeconds(60), 500), reset).Remaining);
    }

    [Fact]
    public void A_request_is_counted_when_it_is_sent_not_when_it_is_answered()
    {
        var budget = Answered(new EndpointQuota(), Told.Reset(Some.Noon.AddSeconds(60), 2));

        budget = budget.Sent(Some.Noon).Sent(Some.Noon.AddSeconds(20));

        Assert.Equal(0, budget.Remaining);
        Assert.Equal(Some.Noon.AddSeconds(60), budget.NotBefore(Whenever));
    }

    [Fact]
    public void After_the_reset_the_next_request_goes_at_once_and_brings_the_new_numbers()
    {
        var budget = Answered(new EndpointQuota(), Told.Reset(Some.Noon.AddSeconds(60), 0));

        var later = budget.Sent(Some.Noon.AddSeconds(60));

        Assert.Null(later.Remaining);
        Assert.True(later.NotBefore(Whenever) <= Some.Noon.AddSeconds(60));
    }

    [Fact]
    public void What_remains_is_shared_out_evenly_over_the_period() =>
        Gen.Select(Gen.Int[1, 700], Gen.Double[1, 3600])
            .Sample(
                (remaining, seconds) =>
                {
                    var reset = Some.Noon.AddSeconds(seconds);
                    var budget = Answered(new EndpointQuota().Sent(Some.Noon), Told.Reset(reset, remaining));
                    var sent = new List<DateTimeOffset>();
                    while (sent.Count <= remaining && budget.NotBefore(Whenever) < reset)
                    {
                        sent.Add(budget.NotBefore(Whenever));
                        budget = budget.Sent(budget.NotBefore(Whenever));
                    }

                    Assert.Equal(remaining, sent.Count);
                    var gap = seconds / (remaining + 1);
                    Assert.All(
                        sent.Select((moment, i) => (moment - Some.Noon).TotalSeconds - ((i + 1) * gap)),
                        error => Assert.InRange(error, -0.001, 0.001)
                    );
                }
            );

    [Fact]
    public void However_answers_and_requests_mix_the_wait_ends_by_the_latest_time_that_was_named()
    {
        var answer = Gen.Select(Gen.Bool, Gen.Long[-1, 600], Gen.Int[1, 3600], Gen.Int[0, 10]);
        answer
            .Array[1, 30]
            .Sample(answers =>
            {
                var (budget, now, latest) = (new EndpointQuota(), Some.Noon, Some.Noon);
                foreach (var (refused, remaining, seconds, pause) in answers)
                {
                    now += TimeSpan.FromSeconds(pause);
                    if (budget.NotBefore(Whenever) <= now)
                    {
                        budget = budget.Sent(now);
                    }

                    var told = remaining < 0 ? Told.Nothing : Told.Reset(now.AddSeconds(seconds), remaining);
                    budget = budget.Answered(refused, told, now, EndpointQuota.MaxUnnamedWait, jitter: 1);
                    latest = new[] { latest, now + EndpointQuota.MaxUnnamedWait, told.ResetAt ?? now }.Max();
                    Assert.True(budget.NotBefore(Whenever) <= latest + EndpointQuota.MaxJitter);
                    Assert.True(!refused || budget.NotBefore(Whenever) >= (told.ResetAt ?? now.AddSeconds(1)));
                }
            });
    }

    [Fact]
    public void Whoever_has_no_time_to_be_spread_waits_for_nothing_but_a_rest() =>
        Gen.Select(Gen.Long[0, 700], Gen.Double[1, 3600], Gen.Double[0, 3600], Gen.Double[0, 100])
            .Sample(
                (remaining, reset, unpaced, quiet) =>
                {
                    var sent = new EndpointQuota { QuietUntil = Some.Noon.AddSeconds(quiet) }.Sent(Some.Noon);
                    var quota = Answered(sent, Told.Reset(Some.Noon.AddSeconds(reset), remaining));
                    var unpacedFrom = Some.Noon.AddSeconds(unpaced);

                    Assert.True(quota.NotBefore(unpacedFrom) >= quota.RestsUntil);
                    Assert.True(quota.NotBefore(unpacedFrom) <= quota.NotBefore(Whenever));
                    Assert.Equal(Some.Noon.AddSeconds(remaining > 0 ? quiet : Math.Max(quiet, reset)), quota.RestsUntil);
                    Assert.True(quota.NotBefore(unpacedFrom) <= unpacedFrom || quota.NotBefore(unpacedFrom) == quota.RestsUntil);
                }
            );

    private static EndpointQuota Refused(EndpointQuota budget, RateLimitHeaders headers, DateTimeOffset? now = null, double jitter = 0) =>
        budget.Answered(refused: true, headers, now ?? Some.Noon, EndpointQuota.MaxUnnamedWait, jitter);

    private static EndpointQuota Answered(EndpointQuota budget, RateLimitHeaders headers, DateTimeOffset? now = null) =>
        budget.Answered(refused: false, headers, now ?? Some.Noon, EndpointQuota.MaxUnnamedWait, jitter: 0);
}
