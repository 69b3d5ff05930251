namespace Exporter.Polling;

/// <summary>When things are due, as arithmetic.</summary>
internal static class Schedule
{
    /// <summary>
    /// The next place in the grid on which campaign number <paramref name="index"/> of <paramref name="count"/> is polled: the grids
    /// of all campaigns together divide the interval evenly, so polls neither bunch nor drift, whatever delayed the last one.
    /// </summary>
    /// <param name="anchor">When polling began.</param>
    /// <param name="interval">Its interval.</param>
    /// <param name="index">From 0.</param>
    /// <param name="count">How many share the interval.</param>
    /// <param name="after">The result is later than this, by at most one interval.</param>
    public static DateTimeOffset Next(DateTimeOffset anchor, TimeSpan interval, int index, int count, DateTimeOffset after)
    {
        var phase = anchor + (interval * ((index + 1d) / count));

        // Later than after, exactly: a double holds the ticks of 28 years.
        return phase + (interval * (Math.Floor((after - phase) / interval) + 1));
    }

    /// <summary>When a campaign is due again.</summary>
    /// <param name="next">Its grid: the first place later than a moment.</param>
    /// <param name="started">Start of the attempt that has just ended.</param>
    /// <param name="ended">Its end; places in the grid that it outlasted are skipped.</param>
    /// <param name="named">When the API itself named a time to wait for.</param>
    public static DateTimeOffset AfterAttempt(
        Func<DateTimeOffset, DateTimeOffset> next,
        DateTimeOffset started,
        DateTimeOffset ended,
        DateTimeOffset? named
    )
    {
        var due = next(started);
        due = due > ended ? due : next(ended);
        return named is { } wait && wait > due ? wait : due;
    }

    /// <summary>
    /// When campaigns whose saved values are served are polled first after a restart: each an interval after its last attempt, as if
    /// nothing had happened; those whose time has passed are spread over the interval, the ones left longest first, so that a restart is no
    /// stampede. Whose values would age out meanwhile come earlier.
    /// </summary>
    public static void Resume(
        IReadOnlyCollection<PolledCampaign> campaigns,
        Func<PolledCampaign, DateTimeOffset?> lastAttempt,
        TimeSpan maxAge,
        DateTimeOffset now
    )
    {
        var overdue = new List<PolledCampaign>();
        foreach (var campaign in campaigns.OrderBy(lastAttempt))
        {
            campaign.Due = (lastAttempt(campaign) is { } last && last <= now ? last : DateTimeOffset.MinValue) + campaign.Interval;
            if (campaign.Due <= now)
            {
                overdue.Add(campaign);
            }
        }

        for (var rank = 0; rank < overdue.Count; rank++)
        {
            var left = (overdue[rank].LastSuccess ?? now) + maxAge - now;
            var over = left / 2 < overdue[rank].Interval ? left / 2 : overdue[rank].Interval;
            overdue[rank].Due = now + (over * ((double)rank / overdue.Count));
        }
    }

    /// <summary>
    /// Which of those due are started now: never one that still runs, the ones left longest first, no more than there are places.
    /// </summary>
    public static IEnumerable<PolledCampaign> Pick(IEnumerable<PolledCampaign> campaigns, DateTimeOffset now, int places) =>
        campaigns.Where(campaign => !campaign.IsRunning && campaign.Due <= now).OrderBy(campaign => campaign.LastStarted).Take(places);
}
