namespace Simulator;

/// <summary>One email's course over time: a step of an automation, or a variation of a Single Send in one phase.</summary>
internal sealed class MessageModel
{
    private readonly EventStream _deliveries;
    private readonly EventStream _opens;

    public MessageModel(DateTimeOffset start, Dice dice, Pace pace, IEnumerable<SimulatedLink> links, IEnumerable<WorldEvent> events)
    {
        var draft = new MessageDraft(start, links);
        foreach (var happening in events.OrderBy(e => e.At))
        {
            happening.Change(draft);
        }

        var rhythm = new Rhythm(start, dice.For("rhythm"), pace, draft.Deliveries.Factor, draft.Answers.Factor);
        _deliveries = new(dice.For("deliveries"), 0, hour => pace.DeliveriesPerHour * rhythm.Sending(hour));
        _opens = new(dice.For("opens"), 0, hour =>
            pace.DeliveriesPerHour * ((pace.OpensPerDelivery * rhythm.Answering(hour)) + (pace.MachineOpensPerDelivery * rhythm.Sending(hour))));
        Links = [.. draft.Links.Select((link, i) => link.Build(dice.For("links").For(i), rhythm)).OrderBy(link => link.Location)];
    }

    public IReadOnlyList<LinkModel> Links { get; }

    public Statistics StatisticsUpTo(double hour, double known) =>
        Statistics.From(_deliveries.UpTo(hour), _opens.UpTo(hour), Links.Sum(link => link.ClicksUpTo(hour, known)));

    /// <summary>The rows the API would give: an unclicked link has none.</summary>
    public IEnumerable<(string Url, int Location, long Clicks)> LinkTotals(double hour) =>
        from link in Links
        where link.IsPresent(hour)
        let clicks = link.ClicksUpTo(hour, hour)
        where clicks > 0
        select (link.Url, link.Location, clicks);
}
