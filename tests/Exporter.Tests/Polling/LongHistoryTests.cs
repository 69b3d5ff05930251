using System.Reflection;
using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.Snapshots;

namespace Exporter.Tests.Polling;

/// <summary>What an account knows grows with what it polls, never with how long it runs.</summary>
public sealed class LongHistoryTests
{
    [Fact]
    public void However_many_campaigns_come_and_go_nothing_is_kept_of_them()
    {
        var history = new History();
        history.Run(rounds: 100);
        var early = history.Largest(rounds: 20);
        history.Run(rounds: 800);

        var late = history.Largest(rounds: 20);

        Assert.True(late <= early * 1.5, $"an account of as many campaigns took {early} objects, and takes {late} after a long time");
    }

    [Fact]
    public void What_was_removed_is_known_for_as_long_as_saved_state_is_awaited()
    {
        var plan = Some.Plan(Some.Account("a")) with { Saved = SavedAccount.NoStore };
        var state = SavedStateTransitions.Begin(plan, Some.Noon).Reconfigure(Some.Plan(Some.Account("b")), Some.Noon);
        Assert.Single(state.Removed);

        Assert.Single(state.Resume(SavedAccount.NoStore, Some.Noon).Removed);
        state = state.Resume(SavedAccount.Nothing, Some.Noon);

        Assert.Empty(state.Removed);
        Assert.Empty(state.Reconfigure(Some.Plan(Some.Account("c")), Some.Noon).Removed);
    }

    /// <summary>An account whose lists name other campaigns each time, and whose configuration changes now and then.</summary>
    private sealed class History
    {
        private readonly Random _dice = new(7);
        private readonly AccountBook _book = AccountBook.Create([], discover: true, names: NameSource.UndocumentedApi);
        private DateTimeOffset _now = Some.Noon;
        private int _id;

        public void Run(int rounds)
        {
            for (var round = 0; round < rounds; round++)
            {
                Round();
            }
        }

        public int Largest(int rounds) =>
            Enumerable
                .Range(0, rounds)
                .Max(_ =>
                {
                    Round();
                    return Reachable(_book.State);
                });

        private void Round()
        {
            _now += TimeSpan.FromMinutes(_dice.Next(5, 40));
            string[] ids = [.. Enumerable.Range(0, 4).Select(_ => $"id-{_id++}")];
            if (_dice.Next(4) == 0)
            {
                var account = _book.Plan.Account;
                _book.Reconfigure(
                    _book.Plan with
                    {
                        Account = account with
                        {
                            Automations = account.Automations with
                            {
                                Exclude = [ids[0]],
                                List = [new ConfiguredAutomation { Id = ids[1], Name = _dice.Next(2) == 0 ? ids[2] : null }],
                            },
                        },
                    },
                    _now
                );
            }

            if (_dice.Next(5) > 0)
            {
                _book.Discover(ids, _now);
                _book.Named([.. ids.Select(id => new AutomationName(id, $"name of {id}", new Dictionary<string, string> { [id] = id }))]);
            }

            foreach (var campaign in _book.Due(_now))
            {
                var reason = (FailureReason)_dice.Next(8);
                _book.Poll(
                    campaign,
                    _dice.Next(2) == 0
                        ? Some.Found(Some.Link(campaign.Id, "0", _dice.Next(9)))
                        : Some.Failed(new ApiError(reason, campaign.Id)),
                    _now
                );
            }

            _book.DropAgedOut(_now);
        }
    }

    /// <summary>Counts the objects of this program and of its collections that can be reached.</summary>
    private static int Reachable(object root)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var open = new Stack<object>([root]);
        while (open.TryPop(out var each))
        {
            if (each is string or Type or Delegate || !seen.Add(each))
            {
                continue;
            }

            var found = each is Array array ? array.Cast<object?>() : FieldsOf(each.GetType()).Select(field => field.GetValue(each));
            foreach (var next in found.OfType<object>().Where(static next => !next.GetType().IsPrimitive && !next.GetType().IsEnum))
            {
                open.Push(next);
            }
        }

        return seen.Count;
    }

    private static IEnumerable<FieldInfo> FieldsOf(Type type)
    {
        for (var each = type; each is not null && each != typeof(object); each = each.BaseType)
        {
            foreach (
                var field in each.GetFields(
                    BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly
                )
            )
            {
                yield return field;
            }
        }
    }
}
