using System.Collections.Immutable;
using Microsoft.Data.Sqlite;

namespace Exporter.History;

/// <summary>
/// Drops what is older than the retention and, where the store is too big, the oldest before its time. It goes slice by slice, each a
/// transaction: whoever has something to save, or must stop, waits for one slice at most.
/// </summary>
internal sealed class Pruning(
    SqliteConnection connection,
    Action<string> maintain,
    HistoryOptions options,
    DateTimeOffset now,
    ImmutableHashSet<long> inUse,
    TimeProvider time
)
{
    /// <summary>
    /// A store that is too big loses changes until this part of its bound is used, so that the next hour does not begin anew.
    /// </summary>
    public const double Target = 0.9;

    /// <summary>Every total of the last hour stays, whatever the bound.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromHours(1);

    /// <summary>
    /// How long a slice should take: half of what may be waited for, the rest is for a disk that is slower than the last time.
    /// </summary>
    private static readonly TimeSpan SliceTime = TimeSpan.FromMilliseconds(50);

    private const int LeastWork = 16,
        MostWork = 20_000;

    /// <summary>Series looked at and changes dropped in one slice; found out by how long the one before took.</summary>
    private int _work = 500;

    private long _series;
    private bool _isSwept;

    /// <summary>
    /// Bytes that may be used in the end; <see langword="null"/> when there is room for all that is younger than the retention.
    /// </summary>
    public long? Goal { get; init; }

    /// <summary>How far back the changes reach that are kept: the retention, or less.</summary>
    public TimeSpan Kept { get; private set; } = options.Retention;

    private long UsedBytes =>
        (connection.Scalar("PRAGMA page_count") - connection.Scalar("PRAGMA freelist_count")) * connection.Scalar("PRAGMA page_size");

    /// <summary>Takes the next slice.</summary>
    /// <returns>Whether there is another one.</returns>
    public bool Step()
    {
        var began = time.GetTimestamp();
        try
        {
            var goesOn = _isSwept ? GiveBack() : Sweep();
            var took = time.GetElapsedTime(began);
            _work =
                took > SliceTime ? Math.Max(LeastWork, _work / 2)
                : took < SliceTime / 2 ? Math.Min(MostWork, _work * 2)
                : _work;
            return goesOn;
        }
        catch (SqliteException e) when (StoreErrors.IsFull(e) && _work > LeastWork)
        {
            // What is dropped goes through the log, for which there was no room: less of it may fit.
            _work = LeastWork;
            return true;
        }
    }

    /// <summary>One slice over the series. After the last one it begins anew with less, while there is too much.</summary>
    private bool Sweep()
    {
        using (var transaction = connection.BeginTransaction())
        {
            using var slice = new PruningSlice(connection, transaction, (now - Kept).ToUnixTimeMilliseconds(), inUse);
            var isThrough = slice.Run(ref _series, _work);
            if (isThrough)
            {
                slice.DropForgotten();
            }

            transaction.Commit();
            if (!isThrough)
            {
                return true;
            }
        }

        _series = 0;
        if (UsedBytes > Goal && Kept > Least)
        {
            // By what there is, not by the time of the oldest change: that of a total that stands still may be years old.
            Kept *= 0.9;
            return true;
        }

        _isSwept = true;
        return true;
    }

    /// <summary>Shortens the file by what the next hour does not need again.</summary>
    private bool GiveBack()
    {
        var (pages, free) = (connection.Scalar("PRAGMA page_count"), connection.Scalar("PRAGMA freelist_count"));
        var spare = Math.Min(free - (pages / 16), _work);
        if (spare > 0)
        {
            maintain($"PRAGMA incremental_vacuum({spare})");
            if (connection.Scalar("PRAGMA freelist_count") < free)
            {
                return true;
            }
        }

        if (Goal is not null)
        {
            // The log counts, and is as long as it ever was.
            maintain("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        return false;
    }
}
