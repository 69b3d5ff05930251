namespace Simulator;

/// <summary>The clicks of one link as a function of time.</summary>
/// <remarks>
/// Two times matter: a click happens at one moment, and a later correction may take it back. So every method takes the end of the counted
/// time (<c>hour</c>) and the time of the knowledge (<c>known</c>). This keeps daily figures non-negative, and their sum equal to the
/// total.
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

    /// <summary>Whether the email contains the link; a link that was removed from it is not reported any more.</summary>
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
