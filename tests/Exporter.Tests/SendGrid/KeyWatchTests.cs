using Exporter.SendGrid;
using Exporter.SendGrid.Keys;
using Exporter.Snapshots;
using Exporter.Tests.VirtualTime;

namespace Exporter.Tests.SendGrid;

public sealed class KeyWatchTests
{
    private const string Key = "SG.one";
    private static readonly ApiError No = new(FailureReason.Unauthorized, "401");

    private readonly VirtualClock _clock = new();
    private readonly KeyWatch _watch;

    public KeyWatchTests() => _watch = new KeyWatch(_clock);

    [Fact]
    public void While_a_key_is_in_doubt_one_request_at_a_time_is_sent_and_not_before_its_time()
    {
        Doubt();
        Assert.Null(_watch.TryAsk(Key, isProbe: false));

        Pass(KeyStanding.Pause);
        var turn = _watch.TryAsk(Key, isProbe: false);
        Assert.NotNull(turn);
        Assert.Null(_watch.TryAsk(Key, isProbe: false));

        // The answer never came, so the next one asks.
        turn.Dispose();
        Assert.NotNull(_watch.TryAsk(Key, isProbe: false));
    }

    [Fact]
    public async Task Those_that_wait_go_on_together_when_the_key_turns_out_good()
    {
        Doubt();
        Pass(KeyStanding.Pause);
        var turn = _watch.TryAsk(Key, isProbe: false)!;
        List<Task> waiting = [.. Enumerable.Range(0, 3).Select(_ => _watch.WaitAsync(Key, TestContext.Current.CancellationToken).AsTask())];
        Assert.All(waiting, static task => Assert.False(task.IsCompleted));

        _watch.Accepted(Key, "/a");
        turn.Dispose();

        await Task.WhenAll(waiting);
        Assert.NotNull(_watch.TryAsk(Key, isProbe: false));
        Assert.NotNull(_watch.TryAsk(Key, isProbe: false));
    }

    [Fact]
    public async Task Who_waits_goes_on_when_the_time_for_the_next_request_has_come_and_not_earlier()
    {
        Doubt();
        var waiting = _watch.WaitAsync(Key, TestContext.Current.CancellationToken).AsTask();
        Assert.Equal(KeyStanding.Pause, _clock.NextDue);

        Pass(KeyStanding.Pause);

        await waiting;
        Assert.NotNull(_watch.TryAsk(Key, isProbe: false));
    }

    [Fact]
    public async Task A_wait_ends_with_the_attempt()
    {
        using var attempt = new CancellationTokenSource();
        Doubt();
        var waiting = _watch.WaitAsync(Key, attempt.Token).AsTask();

        await attempt.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public void A_key_that_is_refused_is_tried_by_probes_only()
    {
        Refuse("/a");

        Assert.True(_watch.StandingOf(Key).IsRefused);
        Assert.Null(_watch.TryAsk(Key, isProbe: false));
        Assert.NotNull(_watch.TryAsk(Key, isProbe: true));
    }

    /// <summary>One campaign that the key may not read must not have the whole account refused, again and again.</summary>
    [Fact]
    public void What_was_refused_while_the_rest_was_accepted_does_not_count_against_the_key()
    {
        _watch.StandingOf(Key);
        _watch.RecordRefusal(Key, "/forbidden", No);
        _watch.Accepted(Key, "/a");

        Refuse("/forbidden");
        Assert.Equal((true, false), (_watch.StandingOf(Key).IsAccepted, _watch.StandingOf(Key).IsInDoubt));

        // As soon as it was accepted once, it counts like any other.
        _watch.Accepted(Key, "/forbidden");
        Refuse("/forbidden");
        Assert.True(_watch.StandingOf(Key).IsRefused);
    }

    [Fact]
    public void Another_key_starts_anew_and_late_answers_to_the_former_one_change_nothing()
    {
        Refuse("/a");
        var before = _watch.StandingOf(Key).KeyNumber;

        Assert.NotNull(_watch.TryAsk("SG.two", isProbe: false));
        _watch.Accepted(Key, "/a");
        _watch.RecordRefusal(Key, "/a", No);

        Assert.Equal(new KeyStanding { KeyNumber = before + 1 }, _watch.StandingOf("SG.two"));
    }

    /// <summary>Also while keys come and go, and with turns that outlast the key for which they were given.</summary>
    [Fact]
    public void Whatever_happens_no_two_requests_test_a_key_at_once_and_a_turn_comes_after_every_wait()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var (clock, keys) = (new VirtualClock(), new[] { "SG.one", "SG.two" });
            var watch = new KeyWatch(clock);
            KeyWatch.Turn? testing = null;
            for (var step = 0; step < 80; step++)
            {
                var (key, path) = (keys[random.Next(10) == 0 ? 1 : 0], $"/{random.Next(3)}");
                switch (random.Next(6))
                {
                    case 0 or 1:
                        watch.RecordRefusal(key, path, No);
                        break;
                    case 2 when random.Next(3) == 0:
                        watch.Accepted(key, path);
                        break;
                    case 3:
                        testing?.Dispose();
                        testing = null;
                        break;
                    case 4:
                        clock.MoveTo(clock.Elapsed + TimeSpan.FromSeconds(random.Next(4)));
                        break;
                    default:
                        if (watch.TryAsk(key, isProbe: false) is { } turn && turn != KeyWatch.Turn.Free)
                        {
                            Assert.True(testing is null, $"seed {seed}, step {step}");
                            testing = turn;
                        }

                        break;
                }
            }

            testing?.Dispose();
            clock.MoveTo(clock.Elapsed + TimeSpan.FromMinutes(1));
            Assert.Equal(watch.StandingOf("SG.one").IsRefused, watch.TryAsk("SG.one", isProbe: false) is null);
        }
    }

    private void Pass(TimeSpan time) => _clock.MoveTo(_clock.Elapsed + time);

    private void Doubt()
    {
        _watch.StandingOf(Key);
        _watch.RecordRefusal(Key, "/a", No);
        _watch.RecordRefusal(Key, "/b", No);
        Assert.True(_watch.StandingOf(Key).IsInDoubt);
    }

    /// <summary>So often, and over so long, that it is believed.</summary>
    private void Refuse(string path)
    {
        _watch.StandingOf(Key);
        for (var time = 0; time < KeyStanding.Enough; time++)
        {
            _watch.RecordRefusal(Key, path, No);
            Pass(KeyStanding.LeastSpread);
        }
    }
}
