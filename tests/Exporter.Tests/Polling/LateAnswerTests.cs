using Exporter.Polling;
using Exporter.SendGrid.Keys;
using Exporter.Snapshots;
using Exporter.Tests.VirtualTime;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Tests.Polling;

/// <summary>A reload, or a mistake of ours, between any two steps of the loop of an account.</summary>
[Collection(nameof(OnVirtualTime))]
public sealed class LateAnswerTests
{
    private static readonly AccountOptions Both = PolledAccount.Options(discover: true, PolledAccount.A, PolledAccount.B);

    /// <summary>What a reload, or two of them, make of <see cref="Both"/>.</summary>
    private static readonly Dictionary<string, AccountOptions[]> Reloads = new(StringComparer.Ordinal)
    {
        ["nothing changes"] = [Both],
        ["A is removed"] = [PolledAccount.Options(discover: true, PolledAccount.B)],
        ["A is removed and comes back"] = [PolledAccount.Options(discover: true, PolledAccount.B), Both],
        ["A is renamed"] = [WithNames(Both, "other")],
        ["A is renamed and removed and comes back"] =
        [
            WithNames(Both, "other"),
            PolledAccount.Options(discover: true, PolledAccount.B),
            WithNames(Both, "third"),
        ],
        ["the page size changes"] = [Both with { Api = Both.Api with { PageSize = 7 } }],
        ["the key changes and A comes back"] = [WithKey(PolledAccount.Options(discover: true, PolledAccount.B)), WithKey(Both)],
        ["discovery ends"] = [PolledAccount.Options(discover: false, PolledAccount.A, PolledAccount.B)],
        ["discovery ends and comes back"] = [PolledAccount.Options(discover: false, PolledAccount.A, PolledAccount.B), Both],
        ["everything is removed and comes back"] = [PolledAccount.Options(discover: false), Both],
    };

    public static TheoryData<string> All => [.. Reloads.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public Task Between_whatever_two_steps_a_reload_comes_no_answer_from_before_touches_what_it_changed(string reload) =>
        PolledAccount.AloneAsync(() =>
        {
            for (var step = 0; IsReloadedInTime(Reloads[reload], step); step++) { }
        });

    [Fact]
    public Task A_reload_after_the_death_of_a_loop_throws_nothing() =>
        PolledAccount.AloneAsync(static () =>
        {
            for (var step = 0; step < 40; step++)
            {
                BrokenClock? clock = null;
                var account = new PolledAccount(Both, NullLogger.Instance, time => clock = new BrokenClock(time));
                for (var taken = 0; taken < step; taken++)
                {
                    account.Step();
                }

                clock!.IsBroken = true;
                while (!account.HasEnded)
                {
                    account.Step();
                }

                clock.IsBroken = false;
                foreach (var next in Reloads.Values.SelectMany(static each => each))
                {
                    account.Reload(next);
                    Assert.Equal(
                        next.Automations.List.Select(static each => each.Name!).Order(StringComparer.Ordinal),
                        account
                            .Snapshot.Campaigns.Select(static each => each.Label)
                            .Where(static label => label.Length < 10)
                            .Order(StringComparer.Ordinal)
                    );
                }

                account.Poller.Resume(SavedAccount.Nothing);
                Assert.IsType<InvalidTimeZoneException>(account.Stop());
            }
        });

    /// <summary>Every line of the log stands for what may go wrong where it is written.</summary>
    [Fact]
    public Task A_mistake_of_ours_while_an_answer_is_taken_ends_no_loop() =>
        PolledAccount.AloneAsync(static () =>
        {
            for (var line = 1; line < 12; line++)
            {
                var log = new BrokenLog(line);
                var account = new PolledAccount(
                    Both with
                    {
                        Automations = Both.Automations with { Names = NameSource.UndocumentedApi },
                    },
                    log
                );

                account.Until(() =>
                    account.Snapshot.Campaigns is { Length: 3 } all
                    && all.All(static campaign => campaign.Health is { Up: true, Attempts: > 3 })
                );

                Assert.True(log.HasThrown && log.IsTold, $"line {line}");
                Assert.Null(account.Stop());
            }
        });

    /// <returns>Whether the step came before everything had been polled twice.</returns>
    private static bool IsReloadedInTime(AccountOptions[] reload, int step)
    {
        var account = new PolledAccount(Both, NullLogger.Instance);
        for (var taken = 0; taken < step; taken++)
        {
            account.Step();
        }

        var (before, asked) = (account.Snapshot, account.Asked);
        Array.ForEach(reload, account.Reload);
        var labels = reload[^1].Automations.List.ToDictionary(static each => each.Id, static each => each.Name);
        Check();
        account.Until(() => account.Asked >= asked + 8, Check);

        Assert.All(
            labels,
            known =>
                Assert.True(account.Of(known.Key) is { Health.Up: true, Data: not null }, $"{known.Value} is not polled after step {step}")
        );
        Assert.Null(account.Stop());
        return before.Campaigns.Any(static campaign => campaign.Health.Attempts < 2);

        void Check()
        {
            foreach (var campaign in account.Snapshot.Campaigns)
            {
                var at = $"{campaign.Label} after step {step}";
                Assert.Equal(labels.GetValueOrDefault(campaign.Id, campaign.Id), campaign.Label);
                Assert.True(campaign.Id != PolledAccount.Discovered || reload[^1].Automations.Discover, $"{at}: nobody asks for it");

                // Of what was there all the time, what was known stays; of what was taken away meanwhile, only an answer of its own counts.
                var isNew = Array.Exists(reload, plan => !IsIn(plan, campaign.Id));
                var known = isNew ? null : before.Campaigns.SingleOrDefault(each => each.Id == campaign.Id);
                var clicks = campaign.Data?.Links.Links.Single().Clicks;
                Assert.True(clicks is null || !isNew || clicks > asked, $"{at}: {clicks} clicks are of before");
                Assert.True(known?.Data is null || clicks >= known.Data.Links.Links.Single().Clicks, $"{at}: {clicks} clicks are too few");
                Assert.True(campaign.Health.Attempts >= (known?.Health.Attempts ?? 0), $"{at}: attempts fall");
                Assert.True(campaign.Health.Up != false, $"{at}: {campaign.Health.LastError}");
            }
        }
    }

    private static bool IsIn(AccountOptions plan, string id) =>
        id == PolledAccount.Discovered ? plan.Automations.Discover : plan.Automations.List.Any(listed => listed.Id == id);

    private static AccountOptions WithNames(AccountOptions options, string name) =>
        options with
        {
            Automations = options.Automations with
            {
                List = [.. options.Automations.List.Select(each => each with { Name = $"{name}-{each.Id[^1]}" })],
            },
        };

    private static AccountOptions WithKey(AccountOptions options) =>
        options with
        {
            Api = options.Api with { ApiKey = ApiKey.FromValue("SG.y") },
        };

    /// <summary>What every loop asks first.</summary>
    private sealed class BrokenClock(TimeProvider time) : TimeProvider
    {
        public bool IsBroken { get; set; }

        public override long TimestampFrequency => time.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => IsBroken ? throw new InvalidTimeZoneException("ours") : time.GetUtcNow();

        public override long GetTimestamp() => time.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            time.CreateTimer(callback, state, dueTime, period);
    }

    /// <summary>Throws at one of its lines, once; the one that tells of a mistake of ours is written.</summary>
    private sealed class BrokenLog(int line) : ILogger
    {
        private int _lines;

        public bool HasThrown { get; private set; }

        public bool IsTold { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (exception is not null)
            {
                IsTold = true;
            }
            else if (++_lines == line)
            {
                HasThrown = true;
                throw new InvalidCastException("ours");
            }
        }
    }
}
