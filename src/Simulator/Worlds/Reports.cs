namespace Simulator;

/// <summary>Computes how far SendGrid's counting lags behind the events.</summary>
internal sealed class Reports(bool hourly, IReadOnlyList<(DateTimeOffset From, DateTimeOffset Until)> freezes)
{
    /// <summary>
    /// Returns the time up to which events are counted; never later than <paramref name="at"/>, and never moving back as that moves on.
    /// </summary>
    public DateTimeOffset CountedUntil(DateTimeOffset at)
    {
        foreach (var (from, until) in freezes)
        {
            if (from <= at && at < until)
            {
                at = from;
            }
        }

        return hourly ? new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero) : at;
    }
}
