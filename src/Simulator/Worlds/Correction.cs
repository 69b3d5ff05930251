namespace Simulator;

/// <summary>
/// A recount by SendGrid: a share of what was counted in the hours before is subtracted at once; a negative share is added.
/// </summary>
internal sealed record Correction(double At, double Hours, double Share)
{
    /// <summary>Returns the count up to a moment, as known at a later one.</summary>
    public static long Apply(Func<double, int> counted, IEnumerable<Correction> corrections, double hour, double known)
    {
        long count = counted(hour);
        foreach (var correction in corrections)
        {
            var since = correction.At - correction.Hours;
            if (correction.At <= known && hour > since)
            {
                count -= (long)(correction.Share * (counted(Math.Min(hour, correction.At)) - counted(since)));
            }
        }

        return count;
    }
}
