namespace Simulator;

/// <summary>Factors that each apply for some time; 1 at all other times.</summary>
internal sealed class Course : List<Spell>
{
    /// <summary>Returns the mean factor of an hour: a spell that begins within the hour counts by its share of the hour.</summary>
    public double Factor(int hour)
    {
        var factor = 1.0;
        foreach (var (from, to, change) in this)
        {
            var share = Math.Clamp(Math.Min(to, hour + 1) - Math.Max(from, hour), 0, 1);
            factor *= 1 + (share * (change - 1));
        }

        return factor;
    }
}
