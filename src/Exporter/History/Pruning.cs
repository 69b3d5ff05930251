using Microsoft.Data.Sqlite;

namespace Exporter.History;

/// <summary>Keeps the store within its retention and its size. What it costs depends on the number of series, not on what is kept of them.</summary>
internal sealed class Pruning(SqliteConnection connection)
{
    /// <summary>Series in one transaction, so that neither a save nor a stop waits for long.</summary>
    private const int Slice = 500;

    /// <summary>A store that is too big loses changes until this part of its bound is used, so that the next hour does not begin anew.</summary>
    private const double Target = 0.9;

    /// <summary>Every total of the last hour stays, whatever the bound.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromHours(1);

    /// <summary>Bytes that hold something; the file may be bigger by what it gives back little by little.</summary>
    public long UsedBytes => (connection.Scalar("PRAGMA page_count") - connection.Scalar("PRAGMA freelist_count")) * connection.Scalar("PRAGMA page_size");

    /// <summary>Drops what is older than the retention, and the oldest before its time while the store is too big.</summary>
    /// <returns>How far back the changes reach that are kept: the retention, or less.</returns>
    public TimeSpan Prune(HistoryOptions options, DateTimeOffset now, CancellationToken stopping)
    {
        var kept = options.Retention;
        Drop(now - kept, stopping);
        if (UsedBytes > options.MaxBytes)
        {
            // By what there is, not by the time of the oldest change: that of a total that stands still may be years old.
            while (UsedBytes > options.MaxBytes * Target && kept > Least && !stopping.IsCancellationRequested)
            {
                kept *= 0.9;
                Drop(now - kept, stopping);
            }
        }

        // Room that the next hour needs again is not given back.
        var spare = connection.Scalar("PRAGMA freelist_count") - (connection.Scalar("PRAGMA page_count") / 16);
        if (spare > 0)
        {
            connection.Execute($"PRAGMA incremental_vacuum({spare})");
        }

        return kept;
    }

    /// <summary>Drops changes before a moment, but for the last one of each total: it is the value from there on, unless the total was gone.</summary>
    /// <remarks><c>CROSS JOIN</c>, because SQLite would go through all changes otherwise: it sees that the range of series holds for them, too.</remarks>
    private void Drop(DateTimeOffset before, CancellationToken stopping)
    {
        var last = connection.Scalar("SELECT max(id) FROM series");
        for (var from = 0L; from < last && !stopping.IsCancellationRequested; from += Slice)
        {
            using var transaction = connection.BeginTransaction();
            using var drop = connection.Prepare(
                """
                DELETE FROM change WHERE (series, at) IN (
                    SELECT series.id, old.at FROM series CROSS JOIN change AS old ON old.series = series.id
                        AND old.at <= (SELECT max(at) FROM change AS standing WHERE standing.series = series.id AND standing.at <= $before)
                    WHERE series.id > $from AND series.id <= $to
                        AND (old.value IS NULL OR old.at < (SELECT max(at) FROM change AS standing WHERE standing.series = series.id AND standing.at <= $before)));
                DELETE FROM series WHERE id > $from AND id <= $to AND NOT EXISTS (SELECT 1 FROM change WHERE change.series = series.id)
                """,
                transaction,
                "$from",
                "$to",
                "$before");
            drop.With(from, from + Slice, before.ToUnixTimeMilliseconds()).ExecuteNonQuery();
            transaction.Commit();
        }
    }
}
