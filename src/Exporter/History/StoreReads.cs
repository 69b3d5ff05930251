using Microsoft.Data.Sqlite;

namespace Exporter.History;

/// <summary>
/// Reads the store for pages and reloads. Its disk may hang, as a network disk does whose server is away. A call of the system then does
/// not return, and cannot be taken back. So nobody waits longer than <see cref="Patience"/> for a read, and while one hangs no other
/// begins. But a read may hang for good in something that was there only for a moment. So another one is tried after a while, and the while
/// doubles with each that hangs. The number of threads that hang stays small.
/// </summary>
#pragma warning disable CA1001 // Without its wait handle, which is not used, a semaphore holds nothing that must be released.
internal sealed class StoreReads(TimeProvider time)
#pragma warning restore CA1001
{
    /// <summary>The longest time that anybody waits for the store.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The most doublings of the wait: about four months.</summary>
    private const int Doublings = 20;

    /// <summary>A read that waits for the disk holds a thread of the pool: on most machines one is left for whoever scrapes.</summary>
    public static readonly int AtATime = Math.Max(1, Environment.ProcessorCount - 1);

    private readonly SemaphoreSlim _turns = new(AtATime);
    private int _hanging;
    private long _lastHang;

    /// <summary>Runs a read when it is its turn.</summary>
    /// <param name="read">The read.</param>
    /// <param name="begun">Gets the end of the read, which may never come.</param>
    /// <exception cref="StoreUnreadableException">
    /// The read failed, or takes too long, and then it goes on; or another one hangs.
    /// </exception>
    public async Task<T> ReadAsync<T>(Func<T> read, Action<Task>? begun = null)
    {
        ThrowWhileOneHangs();
        await EnterAsync();
        try
        {
            ThrowWhileOneHangs();
            var reading = Task.Run(read);
            begun?.Invoke(reading);
            return await EndAsync(reading);
        }
        finally
        {
            _turns.Release();
        }
    }

    private static StoreUnreadableException DoesNotAnswer(Exception? cause = null) =>
        new("the disk of the saved state does not answer", cause);

    private void ThrowWhileOneHangs()
    {
        var hanging = Volatile.Read(ref _hanging);
        var wait = Patience * Math.Pow(2, Math.Min(hanging, Doublings));
        if (hanging > 0 && time.GetElapsedTime(Interlocked.Read(ref _lastHang)) < wait)
        {
            throw DoesNotAnswer();
        }
    }

    private async Task EnterAsync()
    {
        var turn = _turns.WaitAsync();
        try
        {
            await turn.WaitAsync(Patience, time);
        }
        catch (TimeoutException e)
        {
            turn.Then(() => _turns.Release());
            throw DoesNotAnswer(e);
        }
    }

    private async Task<T> EndAsync<T>(Task<T> reading)
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
            throw DoesNotAnswer(e);
        }
        catch (Exception e) when (e is SqliteException or IOException)
        {
            throw new StoreUnreadableException(e.Message, e);
        }
    }
}
