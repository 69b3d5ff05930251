namespace Simulator;

/// <summary>
/// Events (deliveries, opens, clicks) that happen at random with a mean per hour: a total that only grows, cheap to compute at any moment.
/// </summary>
/// <remarks>
/// The hours' counts are drawn once and summed up. Within an hour the events are spread evenly at random: the hour is halved five times,
/// fair coins give each half its share, and within the last cell (two minutes) they follow each other evenly with a little jitter.
/// </remarks>
internal sealed class EventStream
{
    private const int Halvings = 5;

    private readonly Dice _dice;
    private readonly int _firstHour;
    private readonly Hourly<int> _until;
    private readonly Func<int, double, double>? _shareOfHour;

    /// <param name="dice">Decides everything.</param>
    /// <param name="firstHour">No event happens before it.</param>
    /// <param name="meanOfHour">Returns the mean number of events in an hour.</param>
    /// <param name="shareOfHour">
    /// Returns the share of an hour's events within its first part (0 to 1); <see langword="null"/> spreads them evenly.
    /// </param>
    public EventStream(Dice dice, int firstHour, Func<int, double> meanOfHour, Func<int, double, double>? shareOfHour = null)
    {
        (_dice, _firstHour, _shareOfHour) = (dice, firstHour, shareOfHour);
        _until = new((until, i) => (i == 0 ? 0 : until[i - 1]) + dice.For(i).Poisson(meanOfHour(firstHour + i)));
    }

    /// <summary>
    /// Returns the number of events from the first hour to <paramref name="hour"/>, a moment in hours since the world's start.
    /// </summary>
    public int UpTo(double hour)
    {
        var whole = (int)Math.Floor(hour) - _firstHour;
        if (whole < 0)
        {
            return 0;
        }

        var before = whole == 0 ? 0 : _until[whole - 1];
        var fraction = hour - Math.Floor(hour);
        return before + Within(_dice.For(whole), _until[whole] - before, _shareOfHour?.Invoke(_firstHour + whole, fraction) ?? fraction);
    }

    private static int Within(Dice dice, int count, double fraction)
    {
        var (passed, cell) = (0, 1);
        for (var i = 0; i < Halvings && count > 0; i++)
        {
            var first = dice.For(-cell).Heads(count);
            fraction *= 2;
            if (fraction < 1)
            {
                (count, cell) = (first, 2 * cell);
            }
            else
            {
                (passed, count, cell, fraction) = (passed + first, count - first, (2 * cell) + 1, fraction - 1);
            }
        }

        var place = fraction * count;
        var index = (int)place;
        return passed + index + (place - index > dice.For(-cell).For(index).Uniform() ? 1 : 0);
    }
}
