using CsCheck;
using Exporter.SendGrid;
using Exporter.SendGrid.RateLimits;

namespace Exporter.Tests.SendGrid;

public sealed class RateGateTests
{
    [Theory]
    [InlineData(0.1, 1)]
    [InlineData(0.5, 3)]
    [InlineData(1, 1)]
    [InlineData(2.6, 1)]
    [InlineData(3, 2)]
    [InlineData(50, 6)]
    [InlineData(1000, 16)]
    public void At_any_rate_requests_are_spaced_evenly_and_hardly_any_is_lost(double rate, int concurrency)
    {
        var turns = new Turns(new RateOptions { RequestsPerSecond = rate, Concurrency = concurrency });
        for (var i = 0; i < concurrency + 2; i++)
        {
            turns.Work(ApiEndpoint.AutomationLinks, TimeSpan.FromMilliseconds(10));
        }

        var seconds = Math.Max(3, 20 / rate);
        turns.Run(TimeSpan.FromSeconds(seconds));

        var times = turns.Sent.ConvertAll(sent => sent.Time);
        Assert.InRange(times.Count, 0.97 * seconds * rate, (seconds * rate) + 1);
        Assert.All(
            times.Zip(times.Skip(1)),
            pair => Assert.InRange((pair.Second - pair.First).TotalSeconds, (1 / rate) - 0.0055, (1 / rate) + 0.003)
        );
        Assert.InRange(turns.MostInFlight, 1, concurrency);
    }

    [Fact]
    public void Late_answers_and_a_coarse_clock_never_exceed_the_rate_or_the_concurrency() =>
        Gen.Select(Gen.Double[0.5, 60], Gen.Int[1, 6], Gen.Int[1, 12], Gen.Int[0, 900], Gen.Int[1, 40])
            .Sample(
                (rate, concurrency, workers, answerTime, step) =>
                {
                    var turns = new Turns(new RateOptions { RequestsPerSecond = rate, Concurrency = concurrency });
                    for (var i = 0; i < workers; i++)
                    {
                        turns.Work(
                            i % 2 == 0 ? ApiEndpoint.AutomationLinks : ApiEndpoint.AutomationStats,
                            TimeSpan.FromMilliseconds(answerTime * (i + 1) / workers)
                        );
                    }

                    turns.Run(TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(step));

                    Assert.InRange(Traffic.BusiestSecond(turns.Sent.Select(sent => sent.Time)), 1, Math.Ceiling(rate) + concurrency);
                    Assert.InRange(turns.MostInFlight, 1, concurrency);
                },
                iter: 60
            );

    [Theory]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(12)]
    public void Timers_that_are_late_cost_no_request(double rate)
    {
        var turns = new Turns(new RateOptions { RequestsPerSecond = rate, Concurrency = 4 });
        for (var i = 0; i < 6; i++)
        {
            turns.Work(ApiEndpoint.AutomationLinks, TimeSpan.FromMilliseconds(80));
        }

        // A machine that comes to its timers each 37 ms.
        turns.Run(TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(37));

        Assert.InRange(turns.Sent.Count, 0.98 * 30 * rate, (30 * rate) + 1);
        Assert.InRange(Traffic.BusiestSecond(turns.Sent.Select(static sent => sent.Time)), 1, rate + 1);
    }

    [Fact]
    public void Requests_that_wait_for_a_place_are_not_sent_in_a_bunch_when_the_places_come_back()
    {
        var turns = new Turns(new RateOptions { RequestsPerSecond = 2, Concurrency = 1 });
        turns.Work(ApiEndpoint.AutomationLinks, TimeSpan.FromMilliseconds(700), requests: 1);
        turns.Work(ApiEndpoint.AutomationStats, TimeSpan.Zero);

        turns.Run(TimeSpan.FromSeconds(4));

        Assert.All(
            turns.Sent.Zip(turns.Sent.Skip(1)),
            pair => Assert.InRange((pair.Second.Time - pair.First.Time).TotalSeconds, 0.49, 0.8)
        );
    }

    [Fact]
    public void An_endpoint_is_quiet_until_its_reset_while_the_others_go_on()
    {
        var turns = new Turns(new RateOptions { RequestsPerSecond = 10, Concurrency = 2 });
        var start = turns.Clock.GetUtcNow();
        var reset = start.AddSeconds(37);
        turns.Gate.Answered(
            ApiEndpoint.AutomationLinks,
            Told.TooManyRequests,
            Told.Reset(reset, remaining: 0),
            EndpointQuota.MaxUnnamedWait
        );
        for (var i = 0; i < 5; i++)
        {
            turns.Work(ApiEndpoint.AutomationLinks, TimeSpan.FromMilliseconds(20));
        }

        turns.Work(ApiEndpoint.AutomationStats, TimeSpan.FromMilliseconds(20));
        turns.Run(TimeSpan.FromSeconds(45));

        Assert.All(turns.Sent.Where(sent => sent.Endpoint == ApiEndpoint.AutomationLinks), sent => Assert.True(sent.Time >= reset));
        Assert.InRange(turns.Sent.Count(sent => sent.Endpoint == ApiEndpoint.AutomationLinks), 20, 80);
        Assert.InRange(turns.Sent.Count(sent => sent.Endpoint == ApiEndpoint.AutomationStats && sent.Time < reset), 350, 371);
    }

    /// <summary>Whatever asks for the undocumented names, polls are sent as if it did not, but for the one slot that it may hold.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 4)]
    [InlineData(3, 2)]
    [InlineData(50, 6)]
    public void Names_take_only_slots_that_no_poll_waits_for(double rate, int concurrency)
    {
        var (alone, beside) = (Polls(names: 0), Polls(names: 3));
        Assert.All(
            alone.Polls.Zip(beside.Polls),
            pair => Assert.InRange(pair.Second - pair.First, TimeSpan.Zero, TimeSpan.FromSeconds(2 / rate))
        );
        Assert.Equal(alone.Polls.Count, beside.Polls.Count);
        Assert.InRange(beside.Names, 1, int.MaxValue);

        (List<DateTimeOffset> Polls, int Names) Polls(int names)
        {
            var turns = new Turns(new RateOptions { RequestsPerSecond = rate, Concurrency = concurrency });
            for (var i = 0; i < names; i++)
            {
                turns.Work(ApiEndpoint.AutomationNames, TimeSpan.Zero);
            }

            for (var cycle = 0; cycle < 5; cycle++)
            {
                // Polls that take half of the rate: all due at once, and then for a while none.
                for (var poll = 0; poll < 5; poll++)
                {
                    turns.Work(ApiEndpoint.AutomationLinks, TimeSpan.FromMilliseconds(1), requests: 1);
                }

                turns.Run(TimeSpan.FromSeconds(10 / rate));
            }

            return (
                [.. turns.Sent.Where(static sent => sent.Endpoint.IsDocumented).Select(static sent => sent.Time)],
                turns.Sent.Count(static sent => !sent.Endpoint.IsDocumented)
            );
        }
    }

    [Fact]
    public void Names_get_nothing_while_polls_take_the_whole_rate()
    {
        var turns = new Turns(new RateOptions { RequestsPerSecond = 5, Concurrency = 2 });
        turns.Work(ApiEndpoint.AutomationLinks, TimeSpan.FromMilliseconds(10));
        turns.Work(ApiEndpoint.AutomationLinks, TimeSpan.FromMilliseconds(10));
        turns.Work(ApiEndpoint.AutomationLinks, TimeSpan.FromMilliseconds(10));
        turns.Work(ApiEndpoint.AutomationNames, TimeSpan.Zero);

        turns.Run(TimeSpan.FromSeconds(20));

        Assert.InRange(turns.Sent.Count(static sent => sent.Endpoint.IsDocumented), 97, 101);
        Assert.Equal(0, turns.Sent.Count(static sent => !sent.Endpoint.IsDocumented));
    }

    [Fact]
    public void A_429_stops_those_who_already_wait_for_their_slot()
    {
        var turns = new Turns(new RateOptions { RequestsPerSecond = 0.5, Concurrency = 4 });
        for (var i = 0; i < 4; i++)
        {
            turns.Work(ApiEndpoint.AutomationLinks, TimeSpan.FromMilliseconds(100), requests: 1);
        }

        var retryAt = turns.Clock.GetUtcNow().AddSeconds(30);
        turns.Run(TimeSpan.FromSeconds(1));
        turns.Gate.Answered(ApiEndpoint.AutomationLinks, Told.TooManyRequests, Told.RetryAfter(retryAt), EndpointQuota.MaxUnnamedWait);
        turns.Run(TimeSpan.FromSeconds(60));

        Assert.Equal(4, turns.Sent.Count);
        Assert.All(turns.Sent.Skip(1), sent => Assert.True(sent.Time >= retryAt));
    }

    [Fact]
    public void A_budget_is_shared_out_by_all_workers_together_and_no_request_too_many_is_sent()
    {
        var turns = new Turns(new RateOptions { RequestsPerSecond = 100, Concurrency = 4 });
        var (window, limit) = (TimeSpan.FromSeconds(10), 30);
        var used = new Dictionary<long, int>();
        var start = turns.Clock.GetUtcNow();
        (bool, RateLimitHeaders) Answer()
        {
            var number = (turns.Clock.GetUtcNow() - start).Ticks / window.Ticks;
            used[number] = used.GetValueOrDefault(number) + 1;
            var reset = start + ((number + 1) * window);
            return (used[number] > limit, Told.Reset(reset, Math.Max(0, limit - used[number])));
        }

        for (var i = 0; i < 6; i++)
        {
            turns.Work(ApiEndpoint.AutomationLinks, TimeSpan.FromMilliseconds(80), answer: Answer);
        }

        turns.Run(TimeSpan.FromSeconds(59), TimeSpan.FromMilliseconds(2));

        Assert.All(used.Values, count => Assert.InRange(count, limit - 3, limit));
        Assert.InRange(Traffic.BusiestSecond(turns.Sent.Select(sent => sent.Time)), 3, 8);
    }

    [Fact]
    public async Task A_wait_beyond_the_deadline_is_not_begun()
    {
        var turns = new Turns(new RateOptions());
        var now = turns.Clock.GetUtcNow();
        turns.Gate.Answered(
            ApiEndpoint.AutomationLinks,
            Told.TooManyRequests,
            Told.RetryAfter(now.AddSeconds(60)),
            EndpointQuota.MaxUnnamedWait
        );

        var entering = turns.Gate.EnterAsync(
            ApiEndpoint.AutomationLinks,
            DateTimeOffset.MaxValue,
            now.AddSeconds(59),
            CancellationToken.None
        );

        Assert.True(entering.IsCompletedSuccessfully);
        Assert.Null(await entering);
    }

    [Fact]
    public async Task Whoever_stops_waiting_gives_the_place_back_and_takes_no_slot()
    {
        var turns = new Turns(new RateOptions { RequestsPerSecond = 0.1, Concurrency = 1 });
        using var first = await turns.Gate.EnterAsync(
            ApiEndpoint.AutomationLinks,
            DateTimeOffset.MaxValue,
            DateTimeOffset.MaxValue,
            CancellationToken.None
        );
        using var patience = new CancellationTokenSource();
        var waitsForPlace = turns
            .Gate.EnterAsync(ApiEndpoint.AutomationLinks, DateTimeOffset.MaxValue, DateTimeOffset.MaxValue, patience.Token)
            .AsTask();
        first!.Dispose();
        first.Dispose();
        var waitsForSlot = turns
            .Gate.EnterAsync(ApiEndpoint.AutomationStats, DateTimeOffset.MaxValue, DateTimeOffset.MaxValue, patience.Token)
            .AsTask();

        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waitsForPlace);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waitsForSlot);

        turns.Clock.Advance(TimeSpan.FromSeconds(10));
        var next = turns.Gate.EnterAsync(
            ApiEndpoint.AutomationLinks,
            DateTimeOffset.MaxValue,
            DateTimeOffset.MaxValue,
            CancellationToken.None
        );
        Assert.True(next.IsCompletedSuccessfully);
        (await next)!.Dispose();
    }

    [Fact]
    public void A_wait_of_less_than_a_millisecond_is_a_wait_and_not_a_spin()
    {
        var turns = new Turns(new RateOptions { RequestsPerSecond = 3, Concurrency = 2 });
        turns.Work(ApiEndpoint.AutomationLinks, TimeSpan.Zero, requests: 2);

        turns.Run(TimeSpan.FromMilliseconds(328), TimeSpan.FromMilliseconds(328));
        Assert.False(turns.IsDone);
        turns.Run(TimeSpan.FromMilliseconds(1));
        Assert.True(turns.IsDone);
    }

    [Fact]
    public void A_clock_that_is_set_back_does_not_stop_the_requests()
    {
        var turns = new Turns(new RateOptions { RequestsPerSecond = 10, Concurrency = 2 });
        var reset = turns.Clock.GetUtcNow().AddHours(3);
        turns.Work(ApiEndpoint.AutomationLinks, TimeSpan.Zero, answer: () => (false, Told.Reset(reset, remaining: 90_000_000)));
        turns.Run(TimeSpan.FromSeconds(2));
        turns.Sent.Clear();

        turns.ClockSetBy = TimeSpan.FromHours(-1);
        turns.Run(TimeSpan.FromSeconds(2));

        Assert.InRange(turns.Sent.Count, 18, 21);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void A_clock_that_is_set_does_not_change_how_long_an_endpoint_rests(int hours)
    {
        var turns = new Turns(new RateOptions());
        turns.Gate.Answered(
            ApiEndpoint.AutomationLinks,
            Told.TooManyRequests,
            Told.RetryAfter(turns.Clock.GetUtcNow().AddSeconds(60)),
            EndpointQuota.MaxUnnamedWait
        );

        turns.ClockSetBy = TimeSpan.FromHours(hours);

        var shown = turns.Gate.RestsUntil(ApiEndpoint.AutomationLinks) - turns.Clock.GetUtcNow();
        Assert.InRange(shown.TotalSeconds, 59.9, 60.6);
    }
}
