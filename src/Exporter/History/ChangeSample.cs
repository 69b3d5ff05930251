using Microsoft.Data.Sqlite;

namespace Exporter.History;

/// <summary>
/// A sample of all changes, which tells how far from the present the furthest tenth, or fifth, of them is. So the size of the store is
/// bounded by the changes that are there, whatever any clock says.
/// </summary>
internal sealed class ChangeSample(SqliteConnection connection, HistoryClock clock)
{
    /// <summary>With so many, a share is right to a percent or two.</summary>
    private const int Most = 4_000;

    /// <summary>With a fixed seed the same store is pruned the same way.</summary>
    private readonly Random _random = new(1);

    private readonly List<double> _distances = new(Most);
    private object _series = 0L;
    private object _at = long.MinValue;
    private int _seen;
    private bool _isSorted;

    /// <summary>Reads the next changes.</summary>
    /// <returns>Whether there are more.</returns>
    public bool Read(int most)
    {
        using var select = connection.Prepare(
            "SELECT series, at FROM change WHERE (series, at) > ($series, $at) ORDER BY series, at LIMIT $most",
            transaction: null,
            "$series",
            "$at",
            "$most"
        );
        using var rows = select.Bind(_series, _at, (long)most).ExecuteReader();
        var read = 0;
        for (; rows.Read(); read++)
        {
            (_series, _at) = (rows.GetValue(0), rows.GetValue(1));

            // A value that is not a time is damage, and stays.
            if (_at is long at)
            {
                Add(Math.Abs((double)at - clock.Latest.ToUnixTimeMilliseconds()));
            }
        }

        return read == most;
    }

    /// <summary>Returns the distance from the present beyond which this share of the changes lies.</summary>
    /// <param name="share">From 0 to 1.</param>
    public TimeSpan DistanceOf(double share)
    {
        if (!_isSorted)
        {
            _distances.Sort();
            _isSorted = true;
        }

        var within = (int)(_distances.Count * (1 - share));
        return within <= 0 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Min(_distances[within - 1], StoredMoment.End));
    }

    /// <summary>Each change is in the sample with the same chance (Vitter's algorithm R).</summary>
    private void Add(double distance)
    {
        _seen++;
        if (_distances.Count < Most)
        {
            _distances.Add(distance);
        }
#pragma warning disable CA5394 // A sample is not a secret.
        else if (_random.Next(_seen) is < Most and var place)
#pragma warning restore CA5394
        {
            _distances[place] = distance;
        }
    }
}
