namespace Simulator;

/// <summary>
/// Events (deliveries, opens, clicks) that happen at random with a mean per hour: a total that only grows, cheap at any moment.
/// </summary>
/// <remarks>
/// The hours' counts are drawn once and summed up. Inside an hour the events fall evenly at random: the hour is halved five times,
/// each half gets its share by fair coins, and the last cell (two minutes) is walked evenly with a little jitter.
/// </remarks>
internal sealed class EventStream
{
    private const int Halvings = 5;

    private readonly Dice _dice;
    private readonly int _firstHour;
    private readonly Hourly<int> _until;

    public EventStream(Dice dice, int firstHour, Func<int, double> meanOfHour)
    {
        (_dice, _firstHour) = (dice, firstHour);
        _until = new((until, i) => (i == 0 ? 0 : until[i - 1]) + dice.For(i).Poisson(meanOfHour(firstHour + i)));
    }

    /// <summary>Events from the first hour to <paramref name="hour"/>, a moment in hours since the world's start.</summary>
    public int UpTo(double hour)
    {
        var whole = (int)Math.Floor(hour) - _firstHour;
        if (whole < 0)
        {
            return 0;
        }

        var before = whole == 0 ? 0 : _until[whole - 1];
        return before + Within(_dice.For(whole), _until[whole] - before, hour - Math.Floor(hour));
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
