namespace Simulator;

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
