namespace Simulator;

/// <summary>
/// SendGrid recounts: a share of what was counted in the hours before is taken back at once, or added when it is negative.
/// </summary>
internal sealed record Correction(double At, double Hours, double Share)
{
    /// <summary>What is counted up to a moment, as known at a later one.</summary>
    public static long Apply(Func<double, int> counted, IEnumerable<Correction> corrections, double hour, double known)
    {
        long count = counted(hour);
        foreach (var correction in corrections)
        {
            var since = correction.At - correction.Hours;
            if (correction.At <= known && hour > since)
            {
                count -= (long)(correction.Share * (counted(Math.Min(hour, correction.At)) - counted(since)));
            }
        }

        return count;
    }
}

/// <summary>Clicks that come evenly within some hours (or a part of one), on top of what people click.</summary>
internal sealed record Burst(double At, double Hours, int Clicks);

/// <summary>A time during which a link's rate does not change; hours since the world's start.</summary>
internal sealed record LinkSegment(double From, double To, EventStream Clicks);

/// <summary>The clicks of one link as a function of time.</summary>
/// <remarks>
/// Two times are at work: a click happens at one moment, and a later correction may take it back. So every question names up to
/// when (<c>hour</c>) and as known when (<c>known</c>). Daily figures stay non-negative and sum up to the total that way.
/// </remarks>
internal sealed class LinkModel(
    string url,
    int location,
    double from,
    double until,
    LinkSegment[] segments,
    Correction[] corrections,
    Burst[] bursts
)
{
    public string Url => url;

    public int Location => location;

    /// <summary>Whether the email holds the link; one that was removed from it is not reported any more.</summary>
    public bool IsPresent(double hour) => from <= hour && hour < until;

    public long ClicksUpTo(double hour, double known) => Correction.Apply(Counted, corrections, hour, known);

    private int Counted(double hour)
    {
        var clicks = 0;
        foreach (var segment in segments)
        {
            if (hour > segment.From)
            {
                clicks += segment.Clicks.UpTo(Math.Min(hour, segment.To)) - segment.Clicks.UpTo(segment.From);
            }
        }

        foreach (var burst in bursts)
        {
            clicks += (int)(burst.Clicks * Math.Clamp((hour - burst.At) / burst.Hours, 0, 1));
        }

        return clicks;
    }
}
