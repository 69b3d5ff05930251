namespace Simulator;

/// <summary>What the rough worlds can have beside what all of them have, each to be switched off by itself.</summary>
[Flags]
public enum Disturbances
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary>Batches start up to 45 minutes early or late; some take an hour, some ten minutes.</summary>
    WanderingBatches = 1,

    /// <summary>
    /// The clocks change by an hour in the second month, on odd seeds forward, on even ones back; all schedules are local.
    /// </summary>
    ClockChange = 2,

    /// <summary>In some steps one link gets most clicks and only one other link has any weight.</summary>
    DominatedSteps = 4,

    /// <summary>
    /// Deliveries, opens, and several links of a step at once are recounted, down and up, by up to a tenth of what they ever had.
    /// </summary>
    Recounts = 8,

    /// <summary>A step is sent to many people once, beside its own rhythm.</summary>
    OneOffSends = 16,

    /// <summary>On even seeds there are two accounts whose automations and steps have equal names.</summary>
    TwoAccounts = 32,

    /// <summary>Batch steps are half flow and half batch, or nearly nothing but batch.</summary>
    MixedSteps = 64,

    /// <summary>All of them.</summary>
    All = 127,
}
