using System.Collections.Immutable;
using Microsoft.Data.Sqlite;

namespace Exporter.History;

/// <summary>
/// Drops changes that are older than the retention and, when the store is too big, the oldest remaining ones. Which are the oldest is
/// counted, see <see cref="ChangeSample"/>: no clock that is wrong keeps the store too big. It works in slices, each a transaction, so that
/// a save or a stop waits for one slice at most.
/// </summary>
internal sealed class Pruning(
    SqliteConnection connection,
    Action<string> maintain,
    HistoryOptions options,
    HistoryClock clock,
    ImmutableHashSet<long> inUse,
    TimeProvider time
)
{
    /// <summary>
    /// A store that is too big is pruned to this part of its limit, so that it does not exceed the limit again within the next hour.
    /// </summary>
    public const double Target = 0.9;

    /// <summary>Every total of the last hour stays, whatever the limit.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromHours(1);

    /// <summary>The target time of a slice: half of the acceptable wait. The other half is a margin for a disk that slows down.</summary>
    private static readonly TimeSpan SliceTime = TimeSpan.FromMilliseconds(50);

    /// <summary>A commit that takes longer than this waits for the disk.</summary>
    private static readonly TimeSpan LongCommit = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// <see cref="ForLongCommits"/>: the time of a commit hardly depends on how much it commits. With less, a disk that takes a tenth of a
    /// second for each would never be done.
    /// </summary>
    private const int LeastWork = 16,
        ForLongCommits = 2_000,
        MostWork = 20_000;

    /// <summary>The series to visit and changes to drop in one slice, adapted to the time of the slice before.</summary>
    private int _work = 500;

    /// <summary>
    /// The share of the changes that a sweep of a store that is too big drops. Not too many at once: pages give their room back late, when
    /// they are two thirds empty.
    /// </summary>
    private const double LeastShare = 0.02,
        MostShare = 0.1;

    private PruningBounds _bounds = PruningBounds.ByAge(clock, options.Retention);
    private Func<bool>? _next;
    private long _series;
    private ChangeSample? _sample;
    private double _share;

    /// <summary>The bytes that may be used at the end; <see langword="null"/> when everything younger than the retention fits.</summary>
    public long? Goal { get; init; }

    /// <summary>The age of the oldest changes that are kept: the retention, or what the size leaves.</summary>
    public TimeSpan Kept { get; private set; } = options.Retention;

    private long UsedBytes =>
        (connection.Scalar("PRAGMA page_count") - connection.Scalar("PRAGMA freelist_count")) * connection.Scalar("PRAGMA page_size");

    /// <summary>Runs the next slice.</summary>
    /// <returns>Whether another slice remains.</returns>
    public bool Step()
    {
        try
        {
            return (_next ?? Sweep)();
        }
        catch (SqliteException e) when (StoreErrors.IsFull(e) && _work > LeastWork)
        {
            // Deletions go through the log, which had no room: fewer may fit.
            _work = LeastWork;
            return true;
        }
    }

    /// <summary>
    /// Runs one slice over the series. After the last series it starts again with closer bounds, while the store is too big.
    /// </summary>
    private bool Sweep()
    {
        var began = time.GetTimestamp();
        using (var transaction = connection.BeginTransaction())
        {
            using var slice = new PruningSlice(connection, transaction, _bounds, inUse);
            var isThrough = slice.Run(ref _series, _work);
            if (isThrough)
            {
                slice.DropForgotten();
                Misdated.Drop(connection, transaction, PruningBounds.ByAge(clock, options.Retention));
            }

            var worked = time.GetElapsedTime(began);
            transaction.Commit();
            _work = NextWork(_work, worked, time.GetElapsedTime(began) - worked);
            if (!isThrough)
            {
                return true;
            }
        }

        _series = 0;
        if (UsedBytes > Goal && _sample is null)
        {
            _sample = new ChangeSample(connection, clock);
            _next = Sample;
        }
        else if (UsedBytes > Goal && Kept > Least)
        {
            Shorten(_sample!);
        }
        else
        {
            _next = GiveBack;
        }

        return true;
    }

    /// <summary>Reads some changes into the sample. After the last one it chooses those to drop.</summary>
    private bool Sample()
    {
        var began = time.GetTimestamp();
        var hasMore = _sample!.Read(_work);
        _work = NextWork(_work, time.GetElapsedTime(began), TimeSpan.Zero);
        if (!hasMore)
        {
            Shorten(_sample);
        }

        return true;
    }

    private void Shorten(ChangeSample sample)
    {
        _share += Math.Clamp(1 - (Goal!.Value / (double)UsedBytes), LeastShare, MostShare);
        var kept = sample.DistanceOf(Math.Min(1, _share));
        Kept = kept > Least ? kept : Least;
        _bounds = PruningBounds.ByDistance(clock, Kept);
        _next = Sweep;
    }

    /// <summary>The work of the next slice.</summary>
    /// <param name="work">That of the last one.</param>
    /// <param name="worked">How long its statements took.</param>
    /// <param name="committed">How long its commit took.</param>
    public static int NextWork(int work, TimeSpan worked, TimeSpan committed)
    {
        if (worked > SliceTime)
        {
            return Math.Max(LeastWork, work / 2);
        }

        if (committed > LongCommit)
        {
            return work > ForLongCommits ? Math.Max(ForLongCommits, work / 2) : Math.Min(ForLongCommits, work * 2);
        }

        return worked < SliceTime / 2 ? Math.Min(MostWork, work * 2) : work;
    }

    /// <summary>Shortens the file by the room that the next hour does not need.</summary>
    private bool GiveBack()
    {
        var (pages, free) = (connection.Scalar("PRAGMA page_count"), connection.Scalar("PRAGMA freelist_count"));
        var spare = Math.Min(free - (pages / 16), _work);
        if (spare > 0)
        {
            var began = time.GetTimestamp();
            maintain($"PRAGMA incremental_vacuum({spare})");
            _work = NextWork(_work, TimeSpan.Zero, time.GetElapsedTime(began));
            if (connection.Scalar("PRAGMA freelist_count") < free)
            {
                return true;
            }
        }

        if (Goal is not null)
        {
            // The log counts toward the size, and never shrinks by itself.
            maintain("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        return false;
    }
}
