using System.Net;
using Exporter.Polling;
using Exporter.Tests.VirtualTime;
using Simulator;

namespace Exporter.Tests.Weather;

/// <summary>
/// One line of the matrix, played against the whole program: the behaviour lasts when the first poll comes, ends, begins again after good
/// polls, ends again. Between these four times the clicks grow, so that old values can be told from new ones.
/// </summary>
internal sealed class FaultScenario
{
    /// <summary>Two scrapes for each attempt, so that the end of none is missed.</summary>
    private static readonly TimeSpan Often = new PollOptions().Interval / 2;

    private readonly Expectation _expected;
    private readonly WeatherStation _station;
    private readonly string _id;
    private readonly Dictionary<long, DateTimeOffset> _ends = [];
    private int _outages;
    private int _outagesOfTheList;

    private FaultScenario(Expectation expected, WeatherStation station) =>
        (_expected, _station, _id) = (expected, station, station.SendGrid.World.Accounts[0].Automations[0].Id);

    public static async Task PlayAsync(Expectation expected)
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(automations: 1, steps: 2, linksPerStep: expected.LinksPerStep));
        var rule = sendGrid.Behaviours.Add(expected.Rule);
        var account = sendGrid.World.Accounts[0];
        var polled = new AccountOptions
        {
            Api = WeatherStation.Reach(sendGrid, account) with { PageSize = expected.PageSize },
            Automations = new AutomationsOptions { List = [new ConfiguredAutomation { Id = account.Automations[0].Id }] },
        };
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, [polled]);
        var scenario = new FaultScenario(expected, station);

        await scenario.WhileItLastsAsync(expected.First, before: null);
        await scenario.AfterItEndsAsync(rule);

        var before = scenario.Truth(Series.AsTheyAre);
        rule = sendGrid.Behaviours.Add(expected.Rule);
        sendGrid.Clock.Advance(TimeSpan.FromDays(1));
        await scenario.WhileItLastsAsync(expected.Later, before);
        await scenario.AfterItEndsAsync(rule);

        scenario.AssertQuietAfterRefusals();
        scenario.AssertOneLinePerChange();
    }

    private async Task WhileItLastsAsync(Outcome outcome, IReadOnlyDictionary<string, long>? before)
    {
        // The attempt that was under way when the behaviour began may have seen both kinds of weather.
        var polls = before is null ? 0 : (await _station.ScrapeAsync()).Of(_id).Polls + 1;
        var begun = await WatchAsync("an attempt has ended", scrape => scrape.Of(_id).Polls >= polls);
        if (outcome.Reason is { } reason)
        {
            await FailsAsync(reason, begun, before);
        }
        else
        {
            await SucceedsAsync(outcome, begun);
        }

        // The first attempt in new weather may differ: a 403 is asked twice, a page size is tried.
        await AssertTrafficAsync(begun.Of(_id).Polls + 1);
    }

    /// <summary>Remembers when which attempt ended, meanwhile.</summary>
    private Task<Scrape> WatchAsync(string what, Func<Scrape, bool> condition) =>
        UntilAsync(
            what,
            scrape =>
            {
                _ends[scrape.Of(_id).Polls] = scrape.Of(_id).LastAttempt;
                return condition(scrape);
            }
        );

    private Task<Scrape> UntilAsync(string what, Func<Scrape, bool> condition) => _station.UntilAsync(what, condition, Often);

    private async Task SucceedsAsync(Outcome outcome, Scrape begun)
    {
        var shown = outcome.IsEmpty ? [] : Truth(_expected.Shown);
        var page = await WatchAsync(
            $"{_expected} shows what it should:\n{string.Join('\n', shown)}",
            scrape => scrape.Of(_id) is { Up: 1 } seen && seen.Polls >= begun.Of(_id).Polls + 2 && Same(seen.Clicks, shown)
        );
        var seen = page.Of(_id);

        Assert.Equal(begun.Of(_id).Failures, seen.Failures);
        Assert.True(seen.LastSuccess > begun.Of(_id).LastSuccess, "a success is stamped");
        Assert.Equal(_expected.CountMismatch ? 1 : 0, seen.CountMismatch);
        Assert.Equal(_expected.RowsMerged, seen.RowsMerged);
        Assert.Equal(1, page["sendgrid_up"]);
        if (_expected.TotalIsOff > 0)
        {
            Assert.Equal(shown.Values.Sum() + _expected.TotalIsOff, seen.ReportedClicks);
        }

        if (_expected.Hidden is { } hidden)
        {
            Assert.DoesNotContain(hidden, page.Text, StringComparison.Ordinal);
        }
    }

    private async Task FailsAsync(string reason, Scrape begun, IReadOnlyDictionary<string, long>? before)
    {
        var first = begun.Of(_id);
        var page = await WatchAsync(
            $"{_expected} fails for {reason}",
            scrape => scrape.Of(_id).Failures[reason] >= first.Failures[reason] + 2
        );
        var seen = page.Of(_id);
        _outages++;

        Assert.Equal(0, seen.Up);
        var others = seen.Polls - first.Polls - (seen.Failures[reason] - first.Failures[reason]);
        Assert.True(others == 0, $"{others} attempts did not fail for {reason}:\n{page.Text}\n{string.Concat(_station.Log.All)}");
        Assert.Equal(before is null ? 0 : first.LastSuccess, seen.LastSuccess);
        Assert.Equal(before is not null, seen.HasData);
        Assert.True(Same(before ?? new Dictionary<string, long>(StringComparer.Ordinal), seen.Clicks), "old values stay untouched");
        Assert.Equal(KeyAccepted(reason, known: before is not null), page["sendgrid_up"]);
        Assert.Equal(HttpStatusCode.OK, await _station.StatusAsync("/-/healthy"));
        Assert.Equal(HttpStatusCode.OK, await _station.StatusAsync("/-/ready"));
    }

    private double? KeyAccepted(string reason, bool known) =>
        reason is "unauthorized" ? 0
        : known || _expected.List == Outcome.Fresh || _expected.KeyIsSeen ? 1
        : null;

    private async Task AfterItEndsAsync(ActiveBehaviour rule)
    {
        await AssertListAsync();
        _station.SendGrid.Behaviours.Remove(rule);
        _station.SendGrid.Clock.Advance(TimeSpan.FromDays(1));
        var truth = Truth(Series.AsTheyAre);
        var page = await UntilAsync(
            $"the truth is back after {_expected}",
            scrape => scrape.Of(_id) is { Up: 1 } seen && Same(seen.Clicks, truth) && scrape["sendgrid_up"] == 1
        );
        Assert.Equal((0d, 0d), (page.Of(_id).CountMismatch, page.Of(_id).RowsMerged));
        var list = ListSuccess(page);
        await UntilAsync("the list is read again", scrape => ListSuccess(scrape) > list);
    }

    private async Task AssertListAsync()
    {
        var begun = await _station.ScrapeAsync();
        if (_expected.List.Reason is { } reason)
        {
            _outagesOfTheList++;
            var page = await UntilAsync(
                $"the list fails for {reason}",
                scrape => ListFailures(scrape)[reason] > ListFailures(begun)[reason]
            );
            Assert.Equal(ListSuccess(begun), ListSuccess(page));
        }
        else
        {
            var page = await UntilAsync("the list is read", scrape => ListSuccess(scrape) > ListSuccess(begun));
            Assert.Equal(ListFailures(begun), ListFailures(page));
        }
    }

    /// <summary>
    /// Which requests one attempt sends, and how they are answered: those between the ends of two attempts that follow each other.
    /// </summary>
    private async Task AssertTrafficAsync(long begun)
    {
        long? first = null;
        await WatchAsync(
            "the ends of two attempts in a row were seen",
            _ =>
                (first = _ends.Keys.Cast<long?>().FirstOrDefault(polls => polls >= begun && _ends.ContainsKey(polls.Value + 1))) is not null
        );

        // The page counts milliseconds.
        var (from, until) = (_ends[first!.Value].AddMilliseconds(1), _ends[first.Value + 1].AddMilliseconds(1));
        var requests = _station
            .Requests(endpoint: "automation_links")
            .Where(request => string.Equals(request.Id, _id, StringComparison.Ordinal) && request.Time > from && request.Time <= until)
            .ToList();
        var statuses = string.Join(' ', requests.Select(request => request.Status?.ToString() ?? "-"));
        Assert.Matches($"^(?:{_expected.Requests})$", statuses);
    }

    private void AssertQuietAfterRefusals()
    {
        foreach (var endpoint in _station.Requests().GroupBy(request => request.Endpoint, StringComparer.Ordinal))
        {
            Assert.DoesNotContain(
                endpoint.Zip(endpoint.Skip(1)),
                pair => pair.First.Behaviours.Count > 0 && pair.Second.Time - pair.First.Time < TimeSpan.FromSeconds(_expected.Quiet)
            );
        }
    }

    private void AssertOneLinePerChange()
    {
        var (key, log) = (_expected.Later.Reason is "unauthorized", _station.Log);
        Assert.Equal(key ? 0 : _outages, log.Count($"{_id} cannot be refreshed"));
        Assert.Equal(key ? 0 : _outages, log.Count($"{_id} is refreshed again"));
        Assert.Equal(key ? _outages : 0, log.Count("The API refuses the key"));
        Assert.Equal(key ? _outages : 0, log.Count("The API accepts the key again"));
        Assert.Equal(key ? 0 : _outagesOfTheList, log.Count("The list of automations cannot be read"));
        Assert.Equal(key ? 0 : _outagesOfTheList, log.Count("The list of automations can be read again"));
        Assert.Equal(0, log.Count("ended in an internal error"));
    }

    private Dictionary<string, long> Truth(
        Func<IReadOnlyList<LinkTotal>, IEnumerable<(string Step, string Location, long Clicks)>> shown
    ) =>
        shown(_station.SendGrid.World.LinkTotals(_id, _station.SendGrid.Clock.Now))
            .ToDictionary(series => $"{series.Step} {series.Location}", series => series.Clicks, StringComparer.Ordinal);

    private static double ListSuccess(Scrape scrape) =>
        scrape["sendgrid_discovery_last_success_timestamp_seconds", ("kind", "automations")] ?? -1;

    private static Dictionary<string, double> ListFailures(Scrape scrape) =>
        CampaignOnPage.Reasons.ToDictionary(
            reason => reason,
            reason => scrape["sendgrid_discovery_failures_total", ("kind", "automations"), ("reason", reason)] ?? -1,
            StringComparer.Ordinal
        );

    private static bool Same(IReadOnlyDictionary<string, long> one, IReadOnlyDictionary<string, long> other) =>
        one.Count == other.Count && one.All(series => other.TryGetValue(series.Key, out var clicks) && clicks == series.Value);
}
