namespace Simulator;

/// <summary>An email before its course is fixed: the plan, changed by the events in the order of their time.</summary>
internal sealed class MessageDraft(DateTimeOffset start, IEnumerable<SimulatedLink> links)
{
    public List<LinkDraft> Links { get; } = [.. links.Select(link => new LinkDraft(link.Url, link.Location, link.ClicksPerHour))];

    public Course Deliveries { get; } = [];

    public Course Answers { get; } = [];

    public List<Correction> DeliveriesCorrected { get; } = [];

    public List<Correction> OpensCorrected { get; } = [];

    /// <summary>Hours since the world's start.</summary>
    public double Hour(DateTimeOffset at) => (at - start).TotalHours;

    public IEnumerable<LinkDraft> LinksAt(int location, DateTimeOffset at) =>
        Links.Where(link => link.Location == location && link.From <= Hour(at) && Hour(at) < link.Until && !link.IsReplaced);
}

/// <summary>Factors that hold for a time; 1 when there is none.</summary>
internal sealed class Course : List<Spell>
{
    /// <summary>A spell that begins in the middle of an hour changes the mean of that hour by its share.</summary>
    public double Factor(int hour)
    {
        var factor = 1.0;
        foreach (var (from, to, change) in this)
        {
            var share = Math.Clamp(Math.Min(to, hour + 1) - Math.Max(from, hour), 0, 1);
            factor *= 1 + (share * (change - 1));
        }

        return factor;
    }
}

/// <summary>A factor and the hours since the world's start between which it holds.</summary>
internal sealed record Spell(double From, double To, double Factor);

internal sealed class LinkDraft(string url, int location, double clicksPerHour)
{
    public string Url => url;

    public int Location => location;

    public double ClicksPerHour => clicksPerHour;

    public double From { get; init; }

    public double Until { get; set; } = double.PositiveInfinity;

    public bool IsReplaced { get; set; }

    public List<(double From, double Factor)> Rates { get; } = [];

    public List<Correction> Corrections { get; } = [];

    public List<Burst> Bursts { get; } = [];

    public LinkModel Build(Dice dice, Rhythm rhythm, double whim)
    {
        (double From, double Factor)[] rates = [(From, 1), .. Rates];
        var segments = rates
            .Select(
                (rate, i) =>
                    (rate.From, To: i + 1 < rates.Length ? rates[i + 1].From : double.PositiveInfinity, rate.Factor, Dice: dice.For(i))
            )
            .Where(segment => segment.Factor > 0)
            .Select(segment => new LinkSegment(
                segment.From,
                segment.To,
                new(
                    segment.Dice,
                    Math.Max(0, (int)segment.From),
                    hour => clicksPerHour * segment.Factor * rhythm.Answering(hour) * Liking(hour),
                    rhythm.ShareAnswered
                )
            ));
        return new(url, location, From, Until, [.. segments], [.. Corrections], [.. Bursts]);

        double Liking(int hour) => whim == 0 ? 1 : Math.Exp(dice.For("whim").For(hour / 24).Normal() * whim);
    }
}
