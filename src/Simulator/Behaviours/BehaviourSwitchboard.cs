using System.Collections.Immutable;
using System.Globalization;

namespace Simulator;

/// <summary>Switches behaviours on and off while the simulator runs.</summary>
public sealed class BehaviourSwitchboard
{
    private readonly TimeProvider _time;
    private ImmutableList<ActiveBehaviour> _active = [];

    internal BehaviourSwitchboard(TimeProvider time) => _time = time;

    /// <summary>All behaviours.</summary>
    public static IReadOnlyList<Behaviour> Known => BehaviourTable.All;

    /// <summary>The behaviours that are switched on, in the order in which they were.</summary>
    public IReadOnlyList<ActiveBehaviour> Active => _active;

    /// <summary>Switches a behaviour on by a rule as text: <c>429-epoch@automation=…,for=2m</c>.</summary>
    /// <exception cref="FormatException">There is no such behaviour, or the text is not a rule.</exception>
    public ActiveBehaviour Add(string rule) => Add(BehaviourRule.Parse(rule));

    /// <summary>Switches a behaviour on.</summary>
    /// <exception cref="FormatException">There is no such behaviour, or it does not take the argument.</exception>
    public ActiveBehaviour Add(BehaviourRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var behaviour =
            Known.FirstOrDefault(b => string.Equals(b.Name, rule.Name, StringComparison.Ordinal))
            ?? throw new FormatException($"\"{rule.Name}\" is not a behaviour; see --list-behaviours");
        if (Problem(rule, behaviour) is { } problem)
        {
            throw new FormatException(problem);
        }

        var added = new ActiveBehaviour(rule, behaviour, _time);
        ImmutableInterlocked.Update(ref _active, active => active.Add(added));
        return added;
    }

    /// <summary>Switches a behaviour off.</summary>
    public void Remove(ActiveBehaviour behaviour) => ImmutableInterlocked.Update(ref _active, active => active.Remove(behaviour));

    /// <summary>Switches all behaviours off.</summary>
    public void Clear() => ImmutableInterlocked.Update(ref _active, active => active.Clear());

    /// <summary>Runs the behaviours that act at this stage. Each decides once per request whether it applies.</summary>
    internal void Act(Stage stage, Exchange exchange, Dictionary<ActiveBehaviour, bool> decisions)
    {
        foreach (var active in _active.Where(active => active.Concerns(exchange)))
        {
            foreach (var act in active.Behaviour.Acts.Where(act => act.Stage == stage && act.Applies(exchange, active)))
            {
                if (!decisions.TryGetValue(active, out var acts))
                {
                    decisions[active] = acts = active.Take();
                }

                if (acts)
                {
                    act.Effect(exchange, active);
                }
            }
        }
    }

    private static string? Problem(BehaviourRule rule, Behaviour behaviour) =>
        rule.Endpoint is { } word && !Api.Endpoints.Any(e => string.Equals(e.Word, word, StringComparison.Ordinal))
            ? $"\"{word}\" is not an endpoint; they are {string.Join(", ", Api.Endpoints.Select(e => e.Word))}"
        : rule.Argument is not { } argument ? null
        : behaviour.Argument is null ? $"\"{behaviour.Name}\" takes no argument"
        : behaviour.Choices.Count > 0
            ? behaviour.Choices.Contains(argument, StringComparer.Ordinal) ? null
                : $"\"{behaviour.Name}\" takes one of {string.Join(", ", behaviour.Choices)}"
        : (behaviour.Accepts ?? IsNumber)(argument) ? null
        : $"\"{argument}\" is not an argument of \"{behaviour.Name}\" ({behaviour.Argument}, such as {behaviour.Default})";

    private static bool IsNumber(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out _);
}
