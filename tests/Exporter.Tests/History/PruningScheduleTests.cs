using Exporter.History;
using Exporter.Tests.VirtualTime;
using Exporter.Tests.Weather;

namespace Exporter.Tests.History;

/// <summary>When a store is pruned; what goes then is in PruningTests.</summary>
public sealed class PruningScheduleTests : IDisposable
{
    private static readonly HistoryOptions Options = new();

    /// <summary>Less than any store takes.</summary>
    private static readonly HistoryOptions TooLittle = Options with { MaxSize = 1 };

    private readonly string _path = Directory.CreateTempSubdirectory("sendgrid-exporter-").FullName;
    private readonly VirtualClock _clock = new(Some.Noon);
    private readonly LogLines _lines = new();
    private readonly HistoryStore _store;
    private readonly PruningSchedule _schedule;

    public PruningScheduleTests()
    {
        var log = new HistoryLog(_lines.CreateLogger("history"));
        (_store, _schedule) = (new HistoryStore(_path, _clock, log), new PruningSchedule(_clock, log));
        _store.Open(Options);
        _store.Save(StoreTools.Of(StoreTools.Campaign("a", Some.Noon, 1, 2, 3)), Options);
    }

    public void Dispose()
    {
        _store.Dispose();
        _lines.Dispose();
        Directory.Delete(_path, recursive: true);
    }

    /// <summary>Else the store of a program that is restarted every few minutes would grow for good.</summary>
    [Fact]
    public void It_is_due_at_the_start_of_every_run_and_then_every_hour()
    {
        Assert.True(Prunes());
        Assert.False(Prunes());

        Pass(TimeSpan.FromHours(1) - TimeSpan.FromTicks(1));
        Assert.False(Prunes());
        Pass(TimeSpan.FromTicks(1));
        Assert.True(Prunes());
        Assert.False(Prunes());
    }

    [Fact]
    public void Other_limits_make_it_due_at_once_and_once()
    {
        Assert.True(Prunes());

        _schedule.Hasten();

        Assert.True(Prunes());
        Assert.False(Prunes());
    }

    [Fact]
    public void A_store_that_is_too_big_is_pruned_at_once_but_one_that_cannot_shrink_not_again_before_the_hour()
    {
        Assert.True(Prunes());
        Assert.True(Prunes(TooLittle));
        Assert.False(Prunes(TooLittle));
        Pass(TimeSpan.FromHours(1));
        Assert.True(Prunes(TooLittle));
        Assert.Equal(1, _lines.Count("stays larger than history.max_size"));

        // After a save that fitted, a full disk is reported and pruned for again.
        Pass(TimeSpan.FromHours(1));
        Assert.True(Prunes());
        Assert.True(Prunes(TooLittle));
        Assert.False(Prunes(TooLittle));
        Assert.Equal(2, _lines.Count("stays larger than history.max_size"));
    }

    /// <summary>Other programs' files may fill the disk: then there would be no end to giving up the past.</summary>
    [Fact]
    public void For_a_full_disk_room_is_made_once_until_a_save_has_found_room()
    {
        Assert.True(Prunes());
        _schedule.DiskIsFull();
        Assert.True(Prunes());
        Assert.Equal(1, _lines.Count("disk of the saved state is full"));

        _schedule.DiskIsFull();
        Assert.False(Prunes());

        _schedule.Saved();
        Assert.False(Prunes());
        _schedule.DiskIsFull();
        Assert.True(Prunes());
    }

    [Fact]
    public void For_a_full_disk_a_pruning_that_goes_on_begins_anew()
    {
        Assert.True(_schedule.Slice(_store, Options));

        _schedule.DiskIsFull();

        Assert.True(Prunes());
        Assert.Equal(1, _lines.Count("disk of the saved state is full"));
    }

    [Fact]
    public void What_has_failed_is_tried_again_in_an_hour()
    {
        Assert.True(_schedule.Slice(_store, Options));
        _schedule.DiskIsFull();

        _schedule.Failed();

        Assert.False(Prunes());
        Pass(TimeSpan.FromHours(1));
        Assert.True(Prunes());
    }

    /// <summary>The connection of the slices before is closed.</summary>
    [Fact]
    public void A_store_that_was_opened_again_is_pruned_from_the_beginning_and_one_that_is_gone_not_at_all()
    {
        Assert.True(_schedule.Slice(_store, Options));

        _store.Close();
        Assert.False(_schedule.Slice(_store, Options));
        _store.Open(Options);

        Assert.True(Prunes());
        Assert.False(Prunes());
    }

    private void Pass(TimeSpan time) => _clock.MoveTo(_clock.Elapsed + time);

    /// <summary>Runs all slices that are due.</summary>
    /// <returns>Whether there were any.</returns>
    private bool Prunes(HistoryOptions? options = null)
    {
        var pruned = false;
        while (_schedule.Slice(_store, options ?? Options))
        {
            pruned = true;
        }

        return pruned;
    }
}
