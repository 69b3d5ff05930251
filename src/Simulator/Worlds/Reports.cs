namespace Simulator;

/// <summary>How far SendGrid's own counting lags behind what happens.</summary>
internal sealed class Reports(bool hourly, IReadOnlyList<(DateTimeOffset From, DateTimeOffset Until)> freezes)
{
    /// <summary>Never later than <paramref name="at"/>, and never back in time as that goes on.</summary>
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
