using Simulator;

namespace Exporter.Backtest;

/// <summary>What is really broken.</summary>
internal enum FaultKind
{
    LinkDead,
    LinkHalved,
    AllLinksDead,
    StepStalled,
    AutomationPaused,
}

/// <summary>What breaks, where and when; it stays broken to the end.</summary>
internal sealed record Fault(FaultKind Kind, DateTimeOffset At, string AutomationId, string? StepId, int? Location);

/// <summary>What breaks in a world, and what is changed in it without harm.</summary>
/// <param name="Faults">To be found.</param>
/// <param name="RemovedSteps">Steps taken out of an automation: step id to the time; nothing is to be said but that links vanished.</param>
/// <param name="Events">Both, for the world to play.</param>
internal sealed record Script(
    IReadOnlyList<Fault> Faults,
    IReadOnlyDictionary<string, DateTimeOffset> RemovedSteps,
    IReadOnlyList<WorldEvent> Events
)
{
    /// <summary>Nothing breaks before there are four weeks of history, or so late that a week would not be left to find it.</summary>
    private const double FirstDay = 31;

    /// <summary>At most one thing happens to a step, at a random time.</summary>
    public static Script Draw(IReadOnlyList<SimulatedAccount> accounts, Dice dice, DateTimeOffset start, double days)
    {
        var faults = new List<Fault>();
        var events = new List<WorldEvent>();
        var removed = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var automation in accounts.SelectMany(account => account.Automations))
        {
            if (dice.For(automation.Id).Uniform() < 0.1)
            {
                faults.Add(new(FaultKind.AutomationPaused, Moment(dice.For(automation.Id)), automation.Id, StepId: null, Location: null));
                continue;
            }

            foreach (var step in automation.Steps)
            {
                Draw(automation, step, dice.For(step.Id));
            }
        }

        events.AddRange(faults.Select(Event));
        return new(faults, removed, events);

        DateTimeOffset Moment(Dice own) => start.AddDays(own.For("when").Between(FirstDay, days - 8));

        void Draw(SimulatedAutomation automation, SimulatedStep step, Dice own)
        {
            var at = Moment(own);
            var location = step.Links[own.For("where").Below(step.Links.Count)].Location;
            switch (own.For("what").Uniform())
            {
                case < 0.30:
                    faults.Add(new(FaultKind.LinkDead, at, automation.Id, step.Id, location));
                    break;
                case < 0.60:
                    faults.Add(new(FaultKind.LinkHalved, at, automation.Id, step.Id, location));
                    break;
                case < 0.66:
                    faults.Add(new(FaultKind.AllLinksDead, at, automation.Id, step.Id, Location: null));
                    break;
                case < 0.71:
                    faults.Add(new(FaultKind.StepStalled, at, automation.Id, step.Id, Location: null));
                    break;
                case < 0.77:
                    events.Add(
                        new LinkAdded(at, automation.Id, step.Id, 50, "https://shop.example/new", own.For("volume").Between(0.5, 60))
                    );
                    break;
                case < 0.83:
                    events.Add(new LinkReplaced(at, automation.Id, step.Id, location, "https://shop.example/better"));
                    break;
                case < 0.88:
                    events.Add(new LinkRemoved(at, automation.Id, step.Id, location));
                    break;
                case < 0.92:
                    removed.Add(step.Id, at);
                    events.Add(new DeliveriesChanged(at, automation.Id, step.Id, Factor: 0));
                    break;
                default:
                    break;
            }
        }
    }

    private static WorldEvent Event(Fault fault) =>
        fault.Kind switch
        {
            FaultKind.LinkDead => new LinkRateChanged(fault.At, fault.AutomationId, fault.StepId, fault.Location!.Value, Factor: 0),
            FaultKind.LinkHalved => new LinkRateChanged(fault.At, fault.AutomationId, fault.StepId, fault.Location!.Value, Factor: 0.5),
            FaultKind.AllLinksDead => new ClicksChanged(fault.At, fault.AutomationId, fault.StepId, Factor: 0),
            _ => new DeliveriesChanged(fault.At, fault.AutomationId, fault.StepId, Factor: 0),
        };
}
