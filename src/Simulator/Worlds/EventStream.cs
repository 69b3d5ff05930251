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
    private readonly Func<int, double, double>? _shareOfHour;

    /// <param name="dice">Decides all of it.</param>
    /// <param name="firstHour">Before it nothing happens.</param>
    /// <param name="meanOfHour">How many events an hour brings on average.</param>
    /// <param name="shareOfHour">What part of an hour's events comes in its first so much (0 to 1); evenly when there is none.</param>
    public EventStream(Dice dice, int firstHour, Func<int, double> meanOfHour, Func<int, double, double>? shareOfHour = null)
    {
        (_dice, _firstHour, _shareOfHour) = (dice, firstHour, shareOfHour);
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
