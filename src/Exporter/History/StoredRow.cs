namespace Exporter.History;

/// <summary>What is remembered of a campaign's row: enough to know whether there is something to write.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Digest">SHA-256 of the walk in it; empty when there is none that can be read.</param>
/// <param name="LastSuccess">When that walk ended, in milliseconds since the epoch; 0 without one.</param>
internal sealed record StoredRow(long Id, byte[] Digest, long LastSuccess);
