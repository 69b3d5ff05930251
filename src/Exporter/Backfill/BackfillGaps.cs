namespace Exporter.Backfill;

/// <summary>The data that a <c>backfill</c> lacks.</summary>
internal sealed class BackfillGaps
{
    /// <summary>Data that could not be fetched but may be when the command runs again: without it no file is written.</summary>
    public List<string> Failures { get; } = [];

    /// <summary>Data that was fetched but cannot be used, which another run does not change: the rest is written.</summary>
    public List<string> LeftOut { get; } = [];
}
