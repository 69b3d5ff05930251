using CsCheck;
using Exporter.Polling;
using Exporter.Snapshots;

namespace Exporter.Tests.Polling;

public sealed class FailedAloneTests
{
    /// <summary>
    /// What happens one after the other: b an attempt begins, f it fails, s another automation is walked, t another one turns from
    /// answering to failing.
    /// </summary>
    [Theory]
    [InlineData("bf", false)]
    [InlineData("sbf", false)]
    [InlineData("bfs", false)]
    [InlineData("sbfs", false)]
    [InlineData("sbfbfs", false)]
    [InlineData("bfsbf", false)]
    [InlineData("bfbsfs", false)]
    [InlineData("bfsbfbf", false)]
    [InlineData("bfsbfbfs", true)]
    [InlineData("bfsbfs", true)]
    [InlineData("bfssbssfss", true)]
    [InlineData("bfstbfs", false)]
    [InlineData("bfsbtfs", false)]
    [InlineData("bfsbfts", false)]
    [InlineData("bfsbfst", false)]
    [InlineData("bftsbfsbfs", true)]
    [InlineData("bftsbftsbftsbftsbftsbftsbftsbftsbfts", false)]
    [InlineData("bftsbftsbftsbftsbftsbftsbftsbftsbftsbfts", true)]
    public void An_automation_fails_for_itself_when_others_answer_between_two_failures_and_after_them_and_none_turns(
        string events,
        bool isForItself
    )
    {
        var (answers, before, failing) = (new AnswerCount(), 0, (FailedAlone?)null);
        foreach (var what in events)
        {
            (answers, before, failing) = what switch
            {
                's' => (answers with { Walks = answers.Walks + 1 }, before, failing),
                't' => (answers with { Turns = answers.Turns + 1 }, before, failing),
                'b' => (answers, answers.Walks, failing),
                _ => (answers, before, FailedAlone.After(failing, before, answers)),
            };
        }

        Assert.Equal(isForItself, failing!.Value.IsForItself(answers));
    }

    /// <summary>
    /// However outages of the whole account come and go: pages are listed without those of an automation only if that one failed each time
    /// and, from its last failure but one on, each other one did as it had done before.
    /// </summary>
    [Fact]
    public void Outages_do_not_make_the_pages_known_before_each_automation_has_been_walked() =>
        Gen.Select(Gen.Int[2, 12], Gen.Int[1, 2], Gen.Int[1, 9].Array[2, 20])
            .Sample(
                static (count, concurrency, lengths) =>
                {
                    var account = new RoundRobin(count, concurrency);
                    var answers = lengths.SelectMany(static (length, phase) => Enumerable.Repeat(phase % 2 == 0, length)).ToList();
                    for (var poll = 0; poll < answers.Count && !account.ArePagesKnown; poll++)
                    {
                        account.Poll(answers[poll]);
                    }

                    account.AssertThatMissingOnesFailAlone();
                },
                iter: 2000
            );

    /// <summary>One that fails for ever holds up the others' pages for two rounds, or for ten beside one that comes and goes.</summary>
    [Theory]
    [InlineData(false, 3)]
    [InlineData(true, 11)]
    public void One_that_always_fails_does_not_hold_up_the_pages_of_the_others_for_ever(bool doesAnotherComeAndGo, int rounds)
    {
        var account = new RoundRobin(count: 4, concurrency: 1);
        for (var round = 0; round < rounds && !account.ArePagesKnown; round++)
        {
            account.Poll(answers: false);
            account.Poll(answers: !doesAnotherComeAndGo || round % 2 == 0);
            account.Poll(answers: true);
            account.Poll(answers: true);
        }

        Assert.True(account.ArePagesKnown);
        Assert.Equal(3, account.Walked);
    }

    /// <summary>An account whose automations are polled one after the other, again and again.</summary>
    private sealed class RoundRobin(int count, int concurrency)
    {
        private readonly AccountBook _book = AccountBook.Create(
            [.. Enumerable.Range(0, count).Select(Some.AutomationId)],
            concurrency: concurrency
        );
        private readonly Queue<PolledCampaign> _running = new();
        private readonly List<(string Id, bool Answered, bool? Before)> _ended = [];
        private DateTimeOffset _now = Some.Noon;

        public int Walked => _ended.Where(static poll => poll.Answered).Select(static poll => poll.Id).Distinct().Count();

        public bool ArePagesKnown => _book.Snapshot.AreLandingPagesKnown;

        /// <summary>The poll that began first ends.</summary>
        public void Poll(bool answers)
        {
            while (_running.Count < concurrency)
            {
                var due = _book.NextDue;
                _now = due > _now && _running.Count == 0 ? due : _now;
                if (_book.Due(_now) is not [var next, ..])
                {
                    break;
                }

                Assert.Equal(default, _book.Started(next, _now));
                _running.Enqueue(next);
            }

            var ended = _running.Dequeue();
            _now += TimeSpan.FromSeconds(1);
            _book.Ended(ended, answers ? Some.Found(Some.Link()) : Some.Failed(FailureReason.Unavailable), _now);
            _ended.Add((ended.Id, answers, _ended.FindLast(poll => poll.Id == ended.Id) is { Id: not null } last ? last.Answered : null));
        }

        public void AssertThatMissingOnesFailAlone()
        {
            Assert.True(ArePagesKnown || Walked < _book.Snapshot.Campaigns.Length);
            foreach (var missing in _book.Snapshot.Campaigns.Where(campaign => ArePagesKnown && campaign.Data is null))
            {
                var failures = _ended.Index().Where(poll => poll.Item.Id == missing.Id).Select(static poll => poll.Index).ToList();
                Assert.True(failures.Count >= 2, $"{missing.Id} has failed {failures.Count} times");
                var turns = _ended.Skip(failures[^2] + 1).Any(static poll => poll.Before is { } before && before != poll.Answered);
                Assert.False(turns && failures.Count < 10, $"others turned while {missing.Id} failed");
            }
        }
    }
}
