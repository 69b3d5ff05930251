using System.Collections.Concurrent;
using System.Globalization;

namespace Simulator;

/// <summary>A behaviour that is switched on, until it is removed or its time or count is over.</summary>
public sealed class ActiveBehaviour
{
    private readonly TimeProvider _time;
    private readonly long _since;
    private readonly Lock _counting = new();
    private int _seen;
    private int _acted;

    internal ActiveBehaviour(BehaviourRule rule, Behaviour behaviour, TimeProvider time) =>
        (Rule, Behaviour, _time, _since) = (rule, behaviour, time, time.GetTimestamp());

    /// <summary>The rule that limits it.</summary>
    public BehaviourRule Rule { get; }

    /// <summary>The behaviour itself.</summary>
    public Behaviour Behaviour { get; }

    /// <summary>The number of requests on which it acted.</summary>
    public int Acted
    {
        get
        {
            lock (_counting)
            {
                return _acted;
            }
        }
    }

    /// <summary>Whether its time or count is over.</summary>
    public bool IsOver => Rule.For <= Age || Acted >= Rule.Times;

    internal TimeSpan Age => _time.GetElapsedTime(_since);

    /// <summary>State that an effect keeps between requests, each under a key of its own.</summary>
    internal ConcurrentDictionary<string, object> Memory { get; } = new(StringComparer.Ordinal);

    internal string Text => Rule.Argument ?? Behaviour.Default;

    internal double Number => double.Parse(Text, CultureInfo.InvariantCulture);

    internal TimeSpan Seconds => TimeSpan.FromSeconds(Number);

    /// <summary>Whether the rule covers the request.</summary>
    internal bool Concerns(Exchange exchange) =>
        Is(Rule.Account, exchange.Account?.Name)
        && Is(Rule.Endpoint, exchange.Endpoint?.Word)
        && (Is(Rule.Id, exchange.Id) || (Behaviour.ConcernsLists && exchange.Endpoint is { IsById: false }));

    /// <summary>Counts a request to which it could apply, and returns whether it applies.</summary>
    internal bool Take()
    {
        lock (_counting)
        {
            if (_seen++ < Rule.Skip || _acted >= Rule.Times || Rule.For <= Age)
            {
                return false;
            }

            _acted++;
            return true;
        }
    }

    /// <summary>Returns how many walks over this list began since the behaviour first saw one; 0 is the first walk.</summary>
    internal int WalksSeen(Exchange exchange) =>
        exchange.Page!.Position.Walk - (int)Memory.GetOrAdd("walk " + exchange.Path, exchange.Page.Position.Walk);

    private static bool Is(string? wanted, string? given) => wanted is null || string.Equals(wanted, given, StringComparison.Ordinal);
}
