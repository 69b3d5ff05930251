namespace Exporter.Backfill;

/// <summary>What a <c>backfill</c> does not tell.</summary>
internal sealed class BackfillGaps
{
    /// <summary>What could not be had, and may be when the command is run again: a file is not written without it.</summary>
    public List<string> Failures { get; } = [];

    /// <summary>What was had and cannot be read, which another run does not change: the rest is written.</summary>
    public List<string> LeftOut { get; } = [];
}
