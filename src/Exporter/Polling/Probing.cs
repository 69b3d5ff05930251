namespace Exporter.Polling;

/// <summary>
/// When an account whose key is refused is asked again: by one probe after 5, 10, 20 … s, up to once an interval. A value.
/// </summary>
/// <param name="Next">When the next probe is due.</param>
/// <param name="Wait">How long after it the one that follows is.</param>
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

    /// <summary>The machine's clock was set.</summary>
    public Probing Moved(TimeSpan by) => this with { Next = Next + by };
}
