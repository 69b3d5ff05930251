namespace Exporter.Polling;

/// <summary>The times of polling, for all accounts.</summary>
internal sealed record PollOptions
{
    /// <summary>Every campaign is refreshed this often, 1 s to 24 h. Default 5 minutes.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Deadline of one attempt: all its page walks, retries and waits together. Default 2 minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Last-known values are served this long after the last success. Default 1 hour.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The interval between two walks of a list of automations or Single Sends. Default 15 minutes.</summary>
    public TimeSpan DiscoveryInterval { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Automations whose numbers have long been still may be polled this rarely; <see langword="null"/> (the default) is
    /// <see cref="Interval"/>, that is off.
    /// </summary>
    public TimeSpan? IdleInterval { get; init; }
}
