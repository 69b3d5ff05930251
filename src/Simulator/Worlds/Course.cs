namespace Simulator;

/// <summary>Factors that hold for a time; 1 when there is none.</summary>
internal sealed class Course : List<Spell>
{
    /// <summary>A spell that begins in the middle of an hour changes the mean of that hour by its share.</summary>
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
