using CsCheck;
using Exporter.History;
using Exporter.Snapshots;

namespace Exporter.Tests.History;

/// <summary>One campaign is one row of the store, however its id is spelled in upper and lower case from one run to the next.</summary>
public sealed class SpelledIdsTests : StoreTests
{
    private static readonly string[] Words = ["abc-def", "x1", "straße-é"];

    /// <summary>A run of the program that polls one automation once.</summary>
    private sealed record Run(string Id, string Word, long[] Clicks, bool IsOld);

    private static readonly Gen<Run> Runs = Gen.Select(
        Gen.Int[0, Words.Length - 1],
        Gen.Int[0, 255],
        Gen.Long[1, 4].Array[1, 2],
        Gen.Bool,
        static (word, upper, clicks, isOld) =>
            new Run(
                string.Concat(Words[word].Select((letter, at) => (upper >> at & 1) == 1 ? char.ToUpperInvariant(letter) : letter)),
                Words[word],
                clicks,
                isOld
            )
    );

    [Fact]
    public void What_one_run_saves_the_next_one_restores_and_continues_however_the_id_is_spelled() =>
        Runs.Array[1, 8]
            .Sample(runs => Play([.. runs.Select(static run => run with { IsOld = false })], isExact: true), iter: 60, threads: 1);

    [Fact]
    public void A_store_in_which_an_older_program_left_a_row_for_each_spelling_is_read_by_the_newest_one_and_merged() =>
        Runs.Array[1, 8].Sample(runs => Play(runs, isExact: false), iter: 60, threads: 1);

    [Fact]
    public void Of_two_rows_of_one_campaign_nothing_is_lost_and_nothing_told_twice()
    {
        Save(new Run("abc", "abc", [5, 7], IsOld: false), Noon);
        Save(new Run("ABC", "abc", [9], IsOld: true), Noon.AddHours(1));
        using (var atRest = HistoryReader.OpenAtRest(DatabaseFile))
        {
            Assert.Equal([("ABC", 9L)], Restored(atRest.Saved(Main, Noon.AddDays(1))));
            Assert.Single(atRest.Campaigns(Main));
        }

        using (HistoryDatabase.Open(DatabaseFile)) { }

        Assert.Equal(
            [
                ("0", Noon, 5),
                ("0", Noon.AddMilliseconds(1), null),
                ("0", Noon.AddHours(1), 9),
                ("1", Noon, 7),
                ("1", Noon.AddMilliseconds(1), null),
            ],
            Observed("aBc").SelectMany(series => series.Observations.Select(seen => (series.Key.Location, seen.At, seen.Value)))
        );
    }

    [Fact]
    public void A_newer_row_that_is_damaged_does_not_take_the_older_one_with_it()
    {
        Save(new Run("abc", "abc", [5], IsOld: false), Noon);
        Save(new Run("ABC", "abc", [9], IsOld: true), Noon.AddHours(1));
        Execute("UPDATE campaign SET pages = pages + 1 WHERE campaign_id = 'ABC'");

        using var database = HistoryDatabase.Open(DatabaseFile);

        Assert.Equal([("abc", 5L)], Restored(database.Saved(Main, Noon.AddDays(1), CancellationToken.None)));
    }

    [Fact]
    public void What_is_listed_is_not_forgotten_for_its_spelling()
    {
        Save(new Run("abc", "abc", [5], IsOld: false), Noon);
        using var database = HistoryDatabase.Open(DatabaseFile);
        var untried = StoreTools.Of(Some.Automation(id: "ABC"));

        database.Save(untried with { Accounts = [untried.Accounts[0] with { LandingPages = SavedLandingPages.Whole }] }, Noon);

        Assert.False(Assert.Single(database.Saved(Main, Noon, CancellationToken.None).Campaigns).IsDelisted);
    }

    private void Play(Run[] runs, bool isExact)
    {
        foreach (var file in Directory.GetFiles(StorePath))
        {
            File.Delete(file);
        }

        var (last, walks) = (new Dictionary<string, Run>(), new List<(DateTimeOffset At, Run Run)>());
        foreach (var (number, run) in runs.Index())
        {
            var at = Noon.AddHours(number);
            Save(run, at);
            last[run.Word] = run;
            walks.Add((at, run));
            var expected = last.Values.Select(static each => (each.Id, each.Clicks[0])).Order().ToList();
            using (var atRest = HistoryReader.OpenAtRest(DatabaseFile))
            {
                Assert.Equal(expected, Restored(atRest.Saved(Main, at.AddDays(1))).Order());
                Assert.Equal(last.Count, atRest.Campaigns(Main).Count);
            }

            using var database = HistoryDatabase.Open(DatabaseFile);
            Assert.Equal(expected, Restored(database.Saved(Main, at.AddDays(1), CancellationToken.None)).Order());
        }

        foreach (var word in last.Keys)
        {
            var observed = Observed(word.ToUpperInvariant());
            Assert.Equal(observed.Count, observed.DistinctBy(static series => series.Key).Count());
            foreach (var (at, run) in walks.Where(walk => walk.Run.Word == word))
            {
                foreach (var place in (int[])[0, 1])
                {
                    var seen = observed
                        .FirstOrDefault(series => series.Key.Location == $"{place}")
                        ?.Observations.LastOrDefault(seen => seen.At <= at)
                        .Value;
                    var truth = place < run.Clicks.Length ? run.Clicks[place] : (long?)null;
                    Assert.True(seen == truth || (!isExact && seen is null), $"{word}: {seen} instead of {truth} at {at}");
                }
            }
        }
    }

    private static IEnumerable<(string Id, long Clicks)> Restored(SavedAccount saved) =>
        saved.Campaigns.Select(static campaign => (campaign.Id, campaign.Data!.Links.Links[0].Clicks));

    private IReadOnlyList<ObservedSeries> Observed(string id) =>
        HistoryReader.Read(DatabaseFile, Main, CampaignKind.Automation, id, Noon.AddDays(-1), Noon.AddDays(30), SeriesKey.LinkClicks);

    private void Save(Run run, DateTimeOffset at)
    {
        if (run.IsOld && File.Exists(DatabaseFile))
        {
            // A program that compared ids by bytes saw no row in another spelling.
            Execute($"UPDATE campaign SET campaign_id = hex(campaign_id) || '-hidden' WHERE campaign_id <> '{run.Id}'");
        }

        using (var database = HistoryDatabase.Open(DatabaseFile))
        {
            database.Save(StoreTools.Of(StoreTools.Campaign(run.Id, at, run.Clicks)), at);
        }

        Execute(
            "UPDATE campaign SET campaign_id = CAST(unhex(replace(campaign_id, '-hidden', '')) AS TEXT) WHERE campaign_id LIKE '%-hidden'"
        );
    }
}
