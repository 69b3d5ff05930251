namespace Exporter.Backfill;

/// <summary>The source of the past values.</summary>
internal enum BackfillOrigin
{
    /// <summary>The API: totals of steps, day by day.</summary>
    SendGrid,

    /// <summary>The saved state: every observed change.</summary>
    Store,

    /// <summary>The demo's world: everything, every five minutes.</summary>
    World,
}
