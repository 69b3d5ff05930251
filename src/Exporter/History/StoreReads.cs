using Microsoft.Data.Sqlite;

namespace Exporter.History;

/// <summary>
/// Reads the store for pages and reloads. Its disk may hang, as a network disk does whose server is away. A call of the system then does
/// not return, and cannot be taken back. So nobody waits longer than <see cref="Patience"/> for a read, and while one hangs no other
/// begins. But a read may hang for good in something that was there only for a moment. So another one is tried after a while, and the while
/// doubles with each that hangs. The number of threads that hang stays small.
/// </summary>
internal sealed class StoreReads(TimeProvider time)
{
    /// <summary>The longest time that anybody waits for the store.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The most doublings of the wait: about four months.</summary>
    private const int Doublings = 20;

    private int _hanging;
    private long _lastHang;

    /// <summary>Begins a read.</summary>
    /// <returns>Its end, which may never come: see <see cref="WaitAsync"/>.</returns>
    /// <exception cref="StoreUnreadableException">Another read hangs.</exception>
    public Task<T> Begin<T>(Func<T> read)
    {
        var hanging = Volatile.Read(ref _hanging);
        var wait = Patience * Math.Pow(2, Math.Min(hanging, Doublings));
        return hanging == 0 || time.GetElapsedTime(Interlocked.Read(ref _lastHang)) >= wait
            ? Task.Run(read)
            : throw new StoreUnreadableException("the disk of the saved state does not answer");
    }

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
            Interlocked.Exchange(ref _lastHang, time.GetTimestamp());
            Interlocked.Increment(ref _hanging);
            reading.Then(() => Interlocked.Decrement(ref _hanging));
            throw new StoreUnreadableException("the disk of the saved state does not answer", e);
        }
        catch (Exception e) when (e is SqliteException or IOException)
        {
            throw new StoreUnreadableException(e.Message, e);
        }
    }
}
