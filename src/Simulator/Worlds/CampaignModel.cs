namespace Simulator;

/// <summary>An automation or a Single Send as a function of time: its messages, rebuilt when an event is added.</summary>
internal sealed class CampaignModel
{
    private readonly Lock _changing = new();
    private readonly Part[] _parts;
    private readonly DateTimeOffset _start;
    private readonly Dice _dice;
    private readonly List<WorldEvent> _events;
    private volatile IReadOnlyList<KeyValuePair<string, MessageModel>> _messages;

    private CampaignModel(DateTimeOffset start, Dice dice, IEnumerable<WorldEvent> events, IEnumerable<Part> parts)
    {
        (_start, _dice, _events, _parts) = (start, dice, [.. events], [.. parts]);
        _messages = Build();
    }

    /// <summary>The messages by step id, or by <c>variation/phase</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, MessageModel>> Messages => _messages;

    public static CampaignModel Of(SimulatedAutomation automation, DateTimeOffset start, Dice dice, IEnumerable<WorldEvent> events) =>
        new(start, dice.For(automation.Id), events, automation.Steps.Select(step => new Part(step.Id, step.Pace, step.Links)));

    public static CampaignModel Of(SimulatedSingleSend send, DateTimeOffset start, Dice dice, IEnumerable<WorldEvent> events) =>
        new(start, dice.For(send.Id), events, send.Variations.Select(v => new Part($"{v.Variation}/{v.Phase}", v.Pace, v.Links)));

    /// <summary>Adds an event. The past stays unchanged: draws depend on the link and on how often its rate changed before.</summary>
    public void Add(WorldEvent happening)
    {
        lock (_changing)
        {
            _events.Add(happening);
            _messages = Build();
        }
    }

    private KeyValuePair<string, MessageModel>[] Build() =>
        [
            .. _parts.Select(part =>
                KeyValuePair.Create(
                    part.Key,
                    new MessageModel(
                        _start,
                        _dice.For(part.Key),
                        part.Pace,
                        part.Links,
                        [.. _events.Where(e => e.StepId is null || string.Equals(e.StepId, part.Key, StringComparison.Ordinal))]
                    )
                )
            ),
        ];

    private sealed record Part(string Key, Pace Pace, IReadOnlyList<SimulatedLink> Links);
}
