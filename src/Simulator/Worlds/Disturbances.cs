namespace Simulator;

/// <summary>Disturbances that some of the rough worlds have in addition; each can be switched off by itself.</summary>
[Flags]
public enum Disturbances
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary>Batches start up to 45 minutes early or late; some take an hour, some ten minutes.</summary>
    WanderingBatches = 1,

    /// <summary>
    /// The clocks change by an hour in the second month, forward on odd seeds and back on even ones; all schedules are local.
    /// </summary>
    ClockChange = 2,

    /// <summary>In some steps one link gets most of the clicks and only one other link gets more than a few.</summary>
    DominatedSteps = 4,

    /// <summary>
    /// Deliveries, opens, or several links of a step at once are recounted, down or up, by up to a tenth of their totals.
    /// </summary>
    Recounts = 8,

    /// <summary>A step is sent to many people once, in addition to its own rhythm.</summary>
    OneOffSends = 16,

    /// <summary>On even seeds there are two accounts whose automations and steps have the same names.</summary>
    TwoAccounts = 32,

    /// <summary>Batch steps are half flow and half batch, or almost entirely batch.</summary>
    MixedSteps = 64,

    /// <summary>All of them.</summary>
    All = 127,
}
