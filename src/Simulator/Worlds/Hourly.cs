namespace Simulator;

/// <summary>One value per hour, computed in order on first use and kept.</summary>
internal sealed class Hourly<T>(Func<T[], int, T> next)
{
    /// <summary>The number of hours computed beyond the requested one, so that the array seldom grows while the clock moves on.</summary>
    private const int Ahead = 24;

    private readonly Lock _growing = new();
    private volatile T[] _values = [];

    public T this[int hour]
    {
        get
        {
            var values = _values;
            return hour < values.Length ? values[hour] : Grow(hour)[hour];
        }
    }

    private T[] Grow(int hour)
    {
        lock (_growing)
        {
            var values = _values;
            if (hour < values.Length)
            {
                return values;
            }

            var grown = new T[hour + 1 + Ahead];
            values.CopyTo(grown, 0);
            for (var i = values.Length; i < grown.Length; i++)
            {
                grown[i] = next(grown, i);
            }

            return _values = grown;
        }
    }
}
