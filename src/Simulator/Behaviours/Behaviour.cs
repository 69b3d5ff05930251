namespace Simulator;

/// <summary>One way in which SendGrid may behave, chosen by name.</summary>
/// <param name="Name">The name in rules and tables.</param>
/// <param name="Description">What the server does, as a clause without subject.</param>
public sealed record Behaviour(string Name, string Description)
{
    /// <summary>The meaning of its argument, or <see langword="null"/> when it takes none.</summary>
    public string? Argument { get; init; }

    /// <summary>The argument when none is given.</summary>
    public string Default { get; init; } = "";

    /// <summary>The words that the argument may be; empty when it is a number or free text.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The stages at which it acts.</summary>
    public IEnumerable<Stage> Stages => Acts.Select(act => act.Stage);

    /// <summary>Whether an argument is valid.</summary>
    internal Func<string, bool>? Accepts { get; init; }

    internal IReadOnlyList<Act> Acts { get; init; } = [];

    /// <summary>Whether a rule for one id also concerns the lists in which that id stands.</summary>
    internal bool ConcernsLists { get; init; }

    internal static Behaviour At(Stage stage, string name, string description, Action<Exchange, ActiveBehaviour> effect) =>
        At(stage, name, description, static (_, _) => true, effect);

    internal static Behaviour At(
        Stage stage,
        string name,
        string description,
        Func<Exchange, ActiveBehaviour, bool> applies,
        Action<Exchange, ActiveBehaviour> effect
    ) => new(name, description) { Acts = [new(stage, applies, effect)] };

    internal Behaviour And(Stage stage, Func<Exchange, ActiveBehaviour, bool> applies, Action<Exchange, ActiveBehaviour> effect) =>
        this with
        {
            Acts = [.. Acts, new(stage, applies, effect)],
        };

    internal Behaviour AlsoForLists() => this with { ConcernsLists = true };

    internal Behaviour With(string argument, string standard, params string[] choices) =>
        this with
        {
            Argument = argument,
            Default = standard,
            Choices = choices,
        };

    /// <summary>Returns the behaviour with an argument that is neither one of several words nor a plain number.</summary>
    internal Behaviour Checked(string argument, string standard, Func<string, bool> accepts) =>
        With(argument, standard) with
        {
            Accepts = accepts,
        };
}
