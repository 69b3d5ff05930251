namespace Exporter.Polling;

/// <summary>The arithmetic of the interval of a campaign while its numbers do not move.</summary>
internal static class AdaptiveInterval
{
    /// <summary>
    /// An automation is polled less often after this many polls in a row without any change: two hours at the default interval.
    /// </summary>
    public const int UnchangedPollsBeforeSlowdown = 24;

    /// <summary>A Single Send's interval doubles each time this much has passed since it was sent or last changed.</summary>
    public static readonly TimeSpan SingleSendHalfLife = TimeSpan.FromDays(1);

    /// <summary>No Single Send waits longer.</summary>
    public static readonly TimeSpan LongestForSingleSends = TimeSpan.FromHours(6);

    /// <summary>
    /// An automation's interval. Each further poll without a change doubles it, up to <paramref name="idle"/>; the first change restores
    /// it.
    /// </summary>
    /// <param name="interval">As configured.</param>
    /// <param name="idle"><c>poll.idle_interval</c>.</param>
    /// <param name="unchangedPolls">Polls in a row that found the same numbers.</param>
    public static TimeSpan OfAutomation(TimeSpan interval, TimeSpan? idle, int unchangedPolls) =>
        Doubled(interval, unchangedPolls - UnchangedPollsBeforeSlowdown + 1, idle ?? interval);

    /// <summary>A Single Send's interval: twice as long for each day since it was sent or last changed, up to 6 h.</summary>
    /// <param name="interval">As configured.</param>
    /// <param name="unchanged">
    /// Time since it was sent or last changed, whichever is later; <see langword="null"/> when neither is known.
    /// </param>
    /// <param name="maxAge">Values must not vanish between polls: the interval stays within half of it.</param>
    public static TimeSpan OfSingleSend(TimeSpan interval, TimeSpan? unchanged, TimeSpan maxAge)
    {
        var longest = LongestForSingleSends < maxAge / 2 ? LongestForSingleSends : maxAge / 2;
        return Doubled(interval, Math.Floor((unchanged ?? TimeSpan.Zero) / SingleSendHalfLife), longest);
    }

    /// <summary>Doubles the interval so many times, up to <paramref name="longest"/>; a longer one stays as it is.</summary>
    private static TimeSpan Doubled(TimeSpan interval, double times, TimeSpan longest) =>
        interval * Math.Max(1, Math.Min(Math.Pow(2, times), longest / interval));
}
