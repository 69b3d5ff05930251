using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>
/// The probes of an account whose key is refused: one after 5, 10, 20 … s, at most an interval apart. Immutable.
/// </summary>
/// <param name="Next">When the next probe is due.</param>
/// <param name="Wait">The time from that probe to the one after it.</param>
internal readonly record struct Probing(DateTimeOffset Next, TimeSpan Wait)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);

    /// <summary>The key has just been refused.</summary>
    public static Probing From(DateTimeOffset now) => new(now + First, 2 * First);

    /// <summary>After a reload, which may have mended the key: the next probe is due at once.</summary>
    public static Probing At(DateTimeOffset now) => new(now, First);

    /// <summary>A probe begins.</summary>
    public Probing Started(DateTimeOffset now, TimeSpan interval)
    {
        var longest = interval > First ? interval : First;
        return new Probing(now + (Wait < longest ? Wait : longest), 2 * (Wait < longest ? Wait : longest));
    }

    /// <summary>The clock was set.</summary>
    public Probing ShiftBy(TimeSpan by) => this with { Next = Next.ShiftedBy(by) };
}
