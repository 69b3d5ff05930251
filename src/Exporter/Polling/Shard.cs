using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Exporter.Polling;

/// <summary>Which of several processes with one configuration this is. Each account belongs to exactly one of them.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Total">How many there are, 1 to <see cref="MostShards"/>.</param>
internal readonly record struct Shard(int Index, int Total)
{
    /// <summary>The bound of <c>--total-shards</c>; assigning an account costs one hash per shard.</summary>
    public const int MostShards = 1000;

    /// <summary>The only process: it has every account.</summary>
    public static Shard Only => new(0, 1);

    /// <summary>Whether this process polls the account of that name.</summary>
    public bool Owns(string? account) => ShardOf(account ?? "", Total) == Index;

    /// <summary>
    /// The shard that an account belongs to. Rendezvous hashing: the shard that bids highest for the name has it, so one more shard takes
    /// about one account in <paramref name="total"/>, and takes it for itself; nothing moves between the others.
    /// </summary>
    public static int ShardOf(string account, int total) => Enumerable.Range(0, total).MaxBy(shard => Weight(account, shard));

    private static ulong Weight(string account, int shard)
    {
        // A hash that stays the same over processes, machines and versions of .NET; HashCode does not.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{shard}/{account}")));
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }
}
