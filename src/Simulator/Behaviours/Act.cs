namespace Simulator;

/// <summary>An effect of a behaviour at a stage, and the requests to which it can apply.</summary>
internal sealed record Act(Stage Stage, Func<Exchange, ActiveBehaviour, bool> Applies, Action<Exchange, ActiveBehaviour> Effect);
