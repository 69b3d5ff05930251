using CsCheck;
using Exporter.History;
using Exporter.Snapshots;
using Exporter.Tests.Snapshots;

namespace Exporter.Tests.History;

/// <summary>What is too old goes, slice by slice, and whatever comes between the slices nothing else does.</summary>
public sealed class PruningTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly string _path = Directory.CreateTempSubdirectory("sendgrid-exporter-").FullName;

    private string File => Path.Combine(_path, "history.db");

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public void An_automation_that_fails_for_longer_than_the_retention_keeps_its_row_and_its_last_values()
    {
        using var database = HistoryDatabase.Open(File);
        var failing = StoreTools.Campaign("a", Noon.AddDays(-100), 5) with
        {
            Health = PollHealth
                .Untried.Succeeded(Noon.AddDays(-100), TimeSpan.Zero, 1)
                .Failed(Noon.AddDays(-99), TimeSpan.Zero, 0, Failures.Of(FailureReason.Unavailable, "HTTP 503")),
        };
        database.Save(StoreTools.Of(failing), Noon);

        database.PruneAll(new HistoryOptions(), Noon);

        using var reader = HistoryReader.Open(File);
        Assert.Equal(5, Assert.Single(reader.Read(StoreTools.Main, CampaignKind.Automation, "a", Noon, Noon)).Observations[0].Value);
        Assert.False(database.Save(StoreTools.Of(failing), Noon));
    }

    [Fact]
    public void A_campaign_that_nobody_has_seen_for_the_retention_is_forgotten()
    {
        using var database = HistoryDatabase.Open(File);
        database.Save(StoreTools.Of(StoreTools.Campaign("a", Noon.AddDays(-100), 5)), Noon.AddDays(-100));
        database.Save(StoreTools.Of(StoreTools.Campaign("b", Noon, 5)), Noon);

        database.PruneAll(new HistoryOptions(), Noon);

        using var reader = HistoryReader.Open(File);
        Assert.Equal(["b"], reader.Campaigns(StoreTools.Main).Select(campaign => campaign.Id));
    }

    [Fact]
    public void The_files_of_a_store_stay_within_its_bound_with_the_log()
    {
        const long Bound = 1 << 20;
        using var database = HistoryDatabase.Open(File);
        database.Bound(Bound);
        for (var hour = 0; hour < 250; hour++)
        {
            database.Save(
                StoreTools.Of(StoreTools.Campaign("a", Noon.AddHours(hour), [.. Enumerable.Range(0, 150).Select(_ => (long)hour)])),
                Noon
            );
            if (database.Size > Bound)
            {
                database.PruneAll(new HistoryOptions { MaxSize = Bound }, Noon.AddHours(hour));
                Assert.InRange(database.Size, Bound / 4, Bound);
            }
        }

        Assert.InRange(
            Directory
                .GetFiles(_path, "history.db*")
                .Where(file => !file.EndsWith("-shm", StringComparison.Ordinal))
                .Sum(file => new FileInfo(file).Length),
            Bound / 4,
            Bound + (Bound / 4)
        );
    }

    /// <summary>A commit takes its time on a slow disk, however little it commits: less work for each would never be done.</summary>
    [Theory]
    [InlineData(1, 0, 20_000)]
    [InlineData(1, 60, 20_000)]
    [InlineData(1, 400, 2_000)]
    [InlineData(1, 3000, 2_000)]
    [InlineData(100, 60, 250)]
    [InlineData(100_000, 0, 16)]
    public void A_slice_works_as_long_as_it_should_however_long_its_commit_takes(int microseconds, int commit, int expected)
    {
        var work = 500;
        for (var slice = 0; slice < 20; slice++)
        {
            work = Pruning.NextWork(work, work * TimeSpan.FromMicroseconds(microseconds), TimeSpan.FromMilliseconds(commit));
        }

        Assert.InRange(work, expected / 2, expected * 2);
    }

    [Fact]
    public void On_a_full_disk_a_tenth_is_given_up_whatever_the_bound()
    {
        using var database = HistoryDatabase.Open(File);
        for (var hour = 0; hour < 300; hour++)
        {
            database.Save(
                StoreTools.Of(StoreTools.Campaign("a", Noon.AddHours(hour), [.. Enumerable.Range(0, 100).Select(_ => (long)hour)])),
                Noon
            );
        }

        var used = database.UsedBytes;
        var kept = database.PruneAll(new HistoryOptions(), Noon.AddHours(300), isFull: true);

        Assert.InRange(database.UsedBytes, used / 2, used * 9 / 10);
        Assert.True(kept < TimeSpan.FromHours(300));
    }

    /// <summary>
    /// Saves, slices and stops in any order: in the end the store holds what a model says, and the last state at any time.
    /// </summary>
    [Fact]
    public void Whatever_comes_between_the_slices_what_is_kept_is_the_same()
    {
        var run = 0;
        Gen.Int[0, 9]
            .List[5, 40]
            .Sample(
                events =>
                {
                    var (file, options) = (
                        Path.Combine(_path, $"{Interlocked.Increment(ref run)}.db"),
                        new HistoryOptions { Retention = TimeSpan.FromHours(5) }
                    );
                    var (model, at, pruning) = (new List<(DateTimeOffset At, long Value)>(), Noon, (Pruning?)null);
                    var database = HistoryDatabase.Open(file);
                    foreach (var what in events)
                    {
                        switch (what)
                        {
                            case < 5:
                                at = at.AddHours(1);
                                model.Add((at, model.Count));
                                database.Save(StoreTools.Of(StoreTools.Campaign("a", at, model.Count - 1)), at);
                                break;
                            case < 9:
                                pruning ??= database.Prune(options, StoreTools.At(at), TimeProvider.System);
                                pruning = pruning.Step() ? pruning : null;
                                break;
                            default:
                                (pruning, _) = (null, 0);
                                database.Dispose();
                                database = HistoryDatabase.Open(file);
                                break;
                        }
                    }

                    database.PruneAll(options, at);
                    var saved = database.Saved(StoreTools.Main, at, CancellationToken.None);
                    using var reader = HistoryReader.Open(file);
                    var kept = reader.Read(StoreTools.Main, CampaignKind.Automation, "a", DateTimeOffset.UnixEpoch, at);
                    var standing = model.FindLastIndex(change => change.At <= at - options.Retention);
                    database.Dispose();
                    return model.Count == 0
                        || (
                            saved.Campaigns[0].Data!.Links.Links[0].Clicks == model[^1].Value
                            && kept[0]
                                .Observations.Select(seen => (seen.At, seen.Value!.Value))
                                .SequenceEqual(model.Skip(Math.Max(0, standing)))
                        );
                },
                iter: 40,
                threads: 1
            );
    }
}
