namespace Exporter.Polling;

/// <summary>The arithmetic of due times.</summary>
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

    /// <summary>Returns the time at which a campaign is due again.</summary>
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
    /// Plans the first polls after a restart. A campaign whose saved values are served is polled an interval after its last attempt, as if
    /// nothing had happened. Those whose time has passed are spread over the interval, the ones left longest first, so that a restart is no
    /// stampede; those whose values would expire before their turn come earlier. All others stay as they are.
    /// </summary>
    public static IReadOnlyList<CampaignState> Resume(IReadOnlyList<CampaignState> campaigns, TimeSpan maxAge, DateTimeOffset now)
    {
        var served = campaigns
            .Where(campaign => !campaign.IsDelisted && now - campaign.LastSuccess <= maxAge)
            .Select(campaign => (campaign.Key, campaign.Interval, campaign.LastSuccess, campaign.Snapshot.Health.LastAttempt))
            .ToList();
        var dues = ResumedDues([.. served.Select(static each => (each.LastAttempt, each.LastSuccess, each.Interval))], maxAge, now);
        var byKey = served.Zip(dues).ToDictionary(static each => each.First.Key, static each => each.Second);
        return [.. campaigns.Select(campaign => byKey.TryGetValue(campaign.Key, out var due) ? campaign with { Due = due } : campaign)];
    }

    /// <summary>Returns the first due times of the campaigns whose saved values are served, in their order.</summary>
    public static IReadOnlyList<DateTimeOffset> ResumedDues(
        IReadOnlyList<(DateTimeOffset? LastAttempt, DateTimeOffset? LastSuccess, TimeSpan Interval)> campaigns,
        TimeSpan maxAge,
        DateTimeOffset now
    )
    {
        var dues = campaigns
            .Select(campaign => (campaign.LastAttempt is { } last && last <= now ? last : DateTimeOffset.MinValue) + campaign.Interval)
            .ToList();
        var overdue = Enumerable
            .Range(0, dues.Count)
            .Where(index => dues[index] <= now)
            .OrderBy(index => campaigns[index].LastAttempt)
            .ToList();
        foreach (var (rank, index) in overdue.Index())
        {
            var left = (campaigns[index].LastSuccess ?? now) + maxAge - now;
            var over = left / 2 < campaigns[index].Interval ? left / 2 : campaigns[index].Interval;
            dues[index] = now + (over * ((double)rank / overdue.Count));
        }

        return dues;
    }
}
