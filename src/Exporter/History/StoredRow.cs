namespace Exporter.History;

/// <summary>The known state of a campaign's row: enough to decide whether there is something to write.</summary>
/// <param name="Id">The row's id.</param>
/// <param name="Digest">The SHA-256 of the walk in it; empty without a readable walk.</param>
/// <param name="LastSuccess">The end of that walk, in milliseconds since the epoch; 0 without one.</param>
internal sealed record StoredRow(long Id, byte[] Digest, long LastSuccess);
