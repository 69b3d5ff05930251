using System.Collections.Concurrent;

namespace Exporter.Disk;

/// <summary>
/// The turn to read one file. Each read runs on its own thread, because a system call on a hanging mount does not return. Until it returns,
/// no other read of that file begins, so a hanging file costs one thread.
/// </summary>
#pragma warning disable CA1001 // It lives as long as the program.
internal sealed class FileTurn(TimeProvider? time = null)
#pragma warning restore CA1001
{
    private const int StackBytes = 256 * 1024;

    private static readonly ConcurrentDictionary<string, FileTurn> All = new(StringComparer.Ordinal);

    private readonly SemaphoreSlim _free = new(1);
    private volatile bool _wasGivenUp;

    public static FileTurn ForPath(string path) => All.GetOrAdd(path, static _ => new FileTurn());

    /// <summary>
    /// Reads the file, or gives up after <paramref name="patience"/>. After a caller has given up, later callers do not wait for a busy
    /// turn. A caller that gets its turn gets a read of its own, which began after the call.
    /// </summary>
    /// <param name="patience">The time to wait for the turn and the read together.</param>
    /// <param name="late">The result when the file was not read in time.</param>
    public T Within<T>(TimeSpan patience, Func<T> read, T late)
    {
        // Waits of the system, not timers: a timer fires on the thread pool, and all its threads may wait here.
        var (clock, began) = (time ?? TimeProvider.System, (time ?? TimeProvider.System).GetTimestamp());
        if (!_free.Wait(_wasGivenUp ? TimeSpan.Zero : patience))
        {
            return late;
        }

        _wasGivenUp = false;
        var reading = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => Run(read, reading), StackBytes) { IsBackground = true, Name = "file" };
        try
        {
            thread.Start();
        }
        catch (OutOfMemoryException)
        {
            // The system has no thread to spare: the result is the same as for a file that does not answer.
            _free.Release();
            return late;
        }

        var left = patience - clock.GetElapsedTime(began);
        if (Task.WaitAny([reading.Task], left > TimeSpan.Zero ? left : TimeSpan.Zero) == 0)
        {
            return reading.Task.GetAwaiter().GetResult();
        }

        _wasGivenUp = true;
        return late;
    }

    private void Run<T>(Func<T> read, TaskCompletionSource<T> reading)
    {
        try
        {
            reading.SetResult(read());
        }
#pragma warning disable CA1031 // The waiting caller gets the exception.
        catch (Exception e)
#pragma warning restore CA1031
        {
            reading.SetException(e);
        }
        finally
        {
            _free.Release();
        }
    }
}
