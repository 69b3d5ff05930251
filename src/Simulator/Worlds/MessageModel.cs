namespace Simulator;

/// <summary>One email's course over time: a step of an automation, or a variation of a Single Send in one phase.</summary>
internal sealed class MessageModel
{
    private readonly EventStream _deliveries;
    private readonly EventStream _opens;
    private readonly Correction[] _deliveriesCorrected;
    private readonly Correction[] _opensCorrected;

    public MessageModel(DateTimeOffset start, Dice dice, Pace pace, IEnumerable<SimulatedLink> links, IEnumerable<WorldEvent> events)
    {
        var draft = new MessageDraft(start, links);
        foreach (var happening in events.OrderBy(e => e.At))
        {
            happening.Change(draft);
        }

        var rhythm = new Rhythm(start, dice.For("rhythm"), pace, draft.Deliveries.Factor, draft.Answers.Factor);
        _deliveries = new(dice.For("deliveries"), 0, hour => pace.DeliveriesPerHour * rhythm.Sending(hour), rhythm.ShareSent);
        _opens = new(
            dice.For("opens"),
            0,
            hour => pace.DeliveriesPerHour * (People(hour) + Machines(hour)),
            (hour, fraction) =>
                People(hour) + Machines(hour) is var all and > 0
                    ? ((People(hour) * rhythm.ShareAnswered(hour, fraction)) + (Machines(hour) * rhythm.ShareSent(hour, fraction))) / all
                    : fraction
        );
        Links =
        [
            .. draft.Links.Select((link, i) => link.Build(dice.For("links").For(i), rhythm, pace.Whim)).OrderBy(link => link.Location),
        ];
        (_deliveriesCorrected, _opensCorrected) = ([.. draft.DeliveriesCorrected], [.. draft.OpensCorrected]);

        double People(int hour) => pace.OpensPerDelivery * rhythm.Answering(hour);

        double Machines(int hour) => pace.MachineOpensPerDelivery * rhythm.Sending(hour);
    }

    public IReadOnlyList<LinkModel> Links { get; }

    public Statistics StatisticsUpTo(double hour, double known) =>
        Statistics.From(
            Correction.Apply(_deliveries.UpTo, _deliveriesCorrected, hour, known),
            Correction.Apply(_opens.UpTo, _opensCorrected, hour, known),
            Links.Sum(link => link.ClicksUpTo(hour, known))
        );

    /// <summary>Returns the rows that the API would return: a link without clicks has none.</summary>
    public IEnumerable<(string Url, int Location, long Clicks)> LinkTotals(double hour) =>
        from link in Links
        where link.IsPresent(hour)
        let clicks = link.ClicksUpTo(hour, hour)
        where clicks > 0
        select (link.Url, link.Location, clicks);
}
