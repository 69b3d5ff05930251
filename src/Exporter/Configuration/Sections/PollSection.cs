using Exporter.Configuration.Values;
using Exporter.Polling;

namespace Exporter.Configuration.Sections;

internal static class PollSection
{
    /// <summary>The range of all polling intervals.</summary>
    public static readonly ValueParser<TimeSpan> Interval = ValueParsers.Duration("1s", "24h");

    private static readonly ValueParser<TimeSpan> Age = ValueParsers.Duration("1s", "3650d");
    private static readonly PollOptions Default = new();

    public static PollOptions Read(Section section)
    {
        var poll = new PollOptions
        {
            Interval = section.Get("interval", Interval, Default.Interval),
            Timeout = section.Get("timeout", Interval, Default.Timeout),
            MaxAge = section.Get("max_age", Age, Default.MaxAge),
            DiscoveryInterval = section.Get("discovery_interval", Interval, Default.DiscoveryInterval),
            IdleInterval = section.TryGet("idle_interval", Interval, out var idle) ? idle : null,
        };

        // A default that is written out is treated like one that is left out.
        poll = poll with
        {
            IdleInterval = poll.IdleInterval == poll.Interval ? null : poll.IdleInterval,
        };

        section.Require(
            poll.IdleInterval is null || poll.IdleInterval >= poll.Interval,
            $"{section.Description("idle_interval", poll.IdleInterval ?? default)} must not be below "
                + section.Description("interval", poll.Interval),
            "idle_interval",
            "interval"
        );

        var slowest = poll.IdleInterval > poll.Interval ? "idle_interval" : "interval";
        var longest = poll.IdleInterval > poll.Interval ? poll.IdleInterval.Value : poll.Interval;
        section.Require(
            poll.MaxAge >= longest,
            $"{section.Description("max_age", poll.MaxAge)} must not be below {section.Description(slowest, longest)}, or values would "
                + "vanish between polls",
            "max_age",
            slowest
        );
        section.Recommend(
            poll.MaxAge < longest || poll.MaxAge >= 2 * longest,
            $"{section.Description("max_age", poll.MaxAge)} is less than twice {section.Description(slowest, longest)}: after one failed "
                + "poll the values vanish",
            "max_age",
            slowest
        );

        return poll;
    }
}
