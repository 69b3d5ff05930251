using Microsoft.Data.Sqlite;

namespace Exporter.History;

/// <summary>
/// Reads the store for pages and reloads. Its disk may hang, as a network disk does whose server is away. A call of the system then does
/// not return, and cannot be taken back. So nobody waits longer than <see cref="Patience"/> for a read, and while one hangs no other
/// begins: however often somebody asks, only the reads that were under way hold a thread.
/// </summary>
internal sealed class StoreReads(TimeProvider time)
{
    /// <summary>The longest time that anybody waits for the store.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private int _hanging;

    /// <summary>Begins a read.</summary>
    /// <returns>Its end, which may never come: see <see cref="WaitAsync"/>.</returns>
    /// <exception cref="StoreUnreadableException">Another read hangs.</exception>
    public Task<T> Begin<T>(Func<T> read) =>
        Volatile.Read(ref _hanging) == 0
            ? Task.Run(read)
            : throw new StoreUnreadableException("the disk of the saved state does not answer");

    /// <summary>Waits for the end of a read.</summary>
    /// <exception cref="StoreUnreadableException">The read failed, or takes too long. In the second case it goes on.</exception>
    public async Task<T> WaitAsync<T>(Task<T> reading)
    {
        try
        {
            return await reading.WaitAsync(Patience, time);
        }
        catch (TimeoutException e)
        {
            Interlocked.Increment(ref _hanging);
            reading.Then(() => Interlocked.Decrement(ref _hanging));
            throw new StoreUnreadableException("the disk of the saved state does not answer", e);
        }
        catch (SqliteException e)
        {
            throw new StoreUnreadableException(e.Message, e);
        }
    }
}
