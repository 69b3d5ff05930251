using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.SendGrid.Keys;
using Exporter.Snapshots;

namespace Exporter.Tests.Polling;

public sealed class KeyTransitionsTests
{
    private static readonly string A = Some.AutomationId(1);
    private static readonly string B = Some.AutomationId(2);
    private static readonly PollOutcome Good = Some.Found(Some.Link());

    [Fact]
    public void A_refused_key_is_probed_by_one_poll_at_a_time_and_all_go_on_when_it_is_accepted()
    {
        var book = AccountBook.Create([A, B]);
        var (a, b) = (book.Due(Some.Noon)[0], book.Due(Some.Noon)[1]);
        book.Heard(Some.RefusedKey, Some.Noon);
        Assert.False(book.Snapshot.KeyAccepted);

        // Unasked until the first probe is due.
        Assert.Equal(FailureReason.Unauthorized, book.Started(a, Some.Noon.AddSeconds(1)).Known?.Reason);
        book.Ended(a, Some.Failed(FailureReason.Unauthorized), Some.Noon.AddSeconds(1));
        Assert.Equal(FailureReason.Unauthorized, book.Started(b, Some.Noon.AddSeconds(1)).Known?.Reason);
        book.Ended(b, Some.Failed(FailureReason.Unauthorized), Some.Noon.AddSeconds(1));

        // Nothing is due by itself then, so something is brought forward, once.
        Assert.Equal(Some.Noon.AddSeconds(5), book.NextDue);
        book.ChooseProber(Some.Noon.AddSeconds(5));
        var prober = Assert.Single(book.Due(Some.Noon.AddSeconds(5)));
        Assert.Equal(new PollStart(Known: null, IsProbe: true), book.Started(prober, Some.Noon.AddSeconds(5)));
        book.ChooseProber(Some.Noon.AddSeconds(14));
        Assert.Empty(book.Due(Some.Noon.AddSeconds(14)));

        book.Heard(KeyStanding.Unknown.Accepted(), Some.Noon.AddSeconds(51));
        book.Ended(prober, Good, Some.Noon.AddSeconds(51));
        Assert.True(book.Snapshot.KeyAccepted);
        Assert.Equal(Some.Noon.AddSeconds(51), (prober == a ? b : a).Due);
    }

    /// <summary>Else one that hangs would keep an account that is accepted again refused until poll.timeout.</summary>
    [Fact]
    public void A_probe_that_hangs_does_not_hold_up_the_next_one()
    {
        var book = AccountBook.Create([A, B]);
        book.Heard(Some.RefusedKey, Some.Noon.AddSeconds(-5));

        var hanging = Probe(Some.Noon);
        Assert.Equal(Some.Noon.AddSeconds(10), book.NextDue);
        Assert.NotEqual(hanging, Probe(Some.Noon.AddSeconds(10)));

        string? Probe(DateTimeOffset now)
        {
            string? probe = null;
            book.ChooseProber(now);
            foreach (var campaign in book.Due(now))
            {
                if (book.Started(campaign, now).IsProbe)
                {
                    probe = campaign.Id;
                }
                else
                {
                    book.Ended(campaign, Some.Failed(FailureReason.Unauthorized), now);
                }
            }

            return probe;
        }
    }

    [Fact]
    public void A_probe_that_was_canceled_is_made_again()
    {
        var book = AccountBook.Create([A]);
        book.Heard(Some.RefusedKey, Some.Noon.AddSeconds(-5));
        book.ChooseProber(Some.Noon);
        var campaign = Assert.Single(book.Due(Some.Noon));
        Assert.True(book.Started(campaign, Some.Noon).IsProbe);
        book.Ended(campaign, Some.Failed(FailureReason.Canceled), Some.Noon.AddSeconds(1));

        book.ChooseProber(Some.Noon.AddSeconds(10));
        Assert.True(book.Started(campaign, Some.Noon.AddSeconds(10)).IsProbe);
    }

    /// <summary>
    /// Once an interval the same one would be due each time: refused for itself, it would keep the account refused for ever.
    /// </summary>
    [Fact]
    public void The_campaigns_of_a_refused_account_take_turns_as_the_probe()
    {
        var book = AccountBook.Create([A, B]);
        book.Heard(Some.RefusedKey, Some.Noon);
        var probes = new List<string>();
        while (probes.Count < 20)
        {
            var due = book.NextDue;
            book.ChooseProber(due);
            foreach (var campaign in book.Due(due))
            {
                if (book.Started(campaign, due).IsProbe)
                {
                    probes.Add(campaign.Id);
                }

                book.Ended(campaign, Some.Failed(FailureReason.Unauthorized), due);
            }
        }

        Assert.All(probes.Zip(probes.Skip(1)), pair => Assert.NotEqual(pair.First, pair.Second));
    }

    /// <summary>
    /// The loop would look again and again for one that has to wait for its place: of what hangs, not everything runs at a time.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Only_what_has_a_place_is_chosen_as_the_probe(bool doesTheListHang)
    {
        var (book, start, hung) = (AccountBook.Create([A, B], discover: true), Some.Noon, TimeSpan.FromMinutes(2));
        var down = new ApiError(FailureReason.Unavailable, "down");
        book.DiscoveryStarted(CampaignKind.Automation, start);
        book.DiscoveryEnded(CampaignKind.Automation, down, start - hung, 0, start);
        var (a, b) = (book.Due(start)[0], book.Due(start)[1]);
        book.Poll(a, Some.Failed(down) with { Duration = hung }, start);
        book.Poll(b, Good, start);

        // Both are due again. One of those that hang runs, the other one is left.
        var now = start.AddHours(1);
        var all = book.Due(now);
        Assert.Equal(2, all.Count);
        Assert.Equal(default, book.Started(b, now));
        if (doesTheListHang)
        {
            Assert.Equal(default, book.DiscoveryStarted(CampaignKind.Automation, now));
        }
        else
        {
            Assert.Equal(default, book.Started(a, now));
        }

        book.Heard(Some.RefusedKey, now);
        book.ChooseProber(now.AddSeconds(5));

        Assert.Empty(book.Due(now.AddSeconds(5)));
        Assert.Empty(book.DiscoveriesDue(now.AddSeconds(5)));
        Assert.True(book.NextDue > now.AddSeconds(5), $"the loop looks again: {book.NextDue} has come");
    }

    [Fact]
    public void The_probe_waits_as_long_as_the_API_has_named_for_what_it_asks_about()
    {
        var (book, start) = (AccountBook.Create([A, B], discover: true), Some.Noon);
        var (a, b) = (book.Due(start)[0], book.Due(start)[1]);
        Assert.Equal(default, book.DiscoveryStarted(CampaignKind.Automation, start));
        book.DiscoveryEnded(CampaignKind.Automation, Refused(until: start.AddHours(3)), start, 1, start);
        book.Poll(a, Some.Failed(Refused(until: start.AddHours(1))), start);
        book.Poll(b, Some.Failed(Refused(until: start.AddHours(2))), start);
        book.Heard(Some.RefusedKey, start);

        // Meanwhile they fail unasked, which makes no wait shorter.
        List<(double Hour, string Probe)> probes = [];
        while (probes.Count < 3)
        {
            var now = book.NextDue;
            book.ChooseProber(now);
            foreach (var campaign in book.Due(now))
            {
                if (book.Started(campaign, now).IsProbe)
                {
                    probes.Add(((now - start).TotalHours, campaign.Id));
                }

                book.Ended(campaign, Some.Failed(Refused(until: now.AddDays(1))), now);
            }

            foreach (var list in book.DiscoveriesDue(now))
            {
                if (book.DiscoveryStarted(list, now).IsProbe)
                {
                    probes.Add(((now - start).TotalHours, "list"));
                }

                book.DiscoveryEnded(list, Refused(until: now.AddDays(1)), now, 1, now);
            }
        }

        Assert.Equal([(1, A), (2, B), (3, "list")], probes);

        static ApiError Refused(DateTimeOffset until) => new(FailureReason.Unauthorized, "401", until);
    }
}
