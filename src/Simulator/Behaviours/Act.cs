namespace Simulator;

/// <summary>What a behaviour does at a stage, and to which requests it could.</summary>
internal sealed record Act(Stage Stage, Func<Exchange, ActiveBehaviour, bool> Applies, Action<Exchange, ActiveBehaviour> Effect);
