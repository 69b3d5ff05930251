namespace Exporter.Polling;

/// <summary>How much less often a campaign is polled whose numbers stand still, as arithmetic.</summary>
internal static class AdaptiveInterval
{
    /// <summary>An automation counts as still after this many polls in a row without any change.</summary>
    public const int UnchangedPollsBeforeSlowdown = 24;

    /// <summary>A Single Send's interval is doubled for each of these since it was sent or last changed.</summary>
    public static readonly TimeSpan SingleSendHalfLife = TimeSpan.FromDays(1);

    /// <summary>No Single Send waits longer.</summary>
    public static readonly TimeSpan LongestForSingleSends = TimeSpan.FromHours(6);

    /// <summary>
    /// An automation's interval: each further still poll doubles it up to <paramref name="idle"/>; the first change brings it back.
    /// </summary>
    /// <param name="interval">As configured.</param>
    /// <param name="idle"><c>poll.idle_interval</c>.</param>
    /// <param name="stillPolls">Polls in a row that found the same numbers.</param>
    public static TimeSpan OfAutomation(TimeSpan interval, TimeSpan? idle, int stillPolls) =>
        Doubled(interval, stillPolls - UnchangedPollsBeforeSlowdown + 1, idle ?? interval);

    /// <summary>A Single Send's interval: twice as long for each day since it was sent or last changed, up to 6 h.</summary>
    /// <param name="interval">As configured.</param>
    /// <param name="still">
    /// Time since it was sent or last changed, whichever is later; <see langword="null"/> when neither is known.
    /// </param>
    /// <param name="maxAge">Values must not vanish between polls: the interval stays within half of it.</param>
    public static TimeSpan OfSingleSend(TimeSpan interval, TimeSpan? still, TimeSpan maxAge)
    {
        var longest = LongestForSingleSends < maxAge / 2 ? LongestForSingleSends : maxAge / 2;
        return Doubled(interval, Math.Floor((still ?? TimeSpan.Zero) / SingleSendHalfLife), longest);
    }

    /// <summary>The interval doubled so many times, up to <paramref name="longest"/>; one that is longer already stays.</summary>
    private static TimeSpan Doubled(TimeSpan interval, double times, TimeSpan longest) =>
        interval * Math.Max(1, Math.Min(Math.Pow(2, times), longest / interval));
}
