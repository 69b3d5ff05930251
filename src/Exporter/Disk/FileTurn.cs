using System.Collections.Concurrent;

namespace Exporter.Disk;

/// <summary>
/// The turn to read one file. Reading happens on a thread of its own, because a system call on a mount that hangs does not come back; as
/// long as it has not, nobody begins another one on that file, so a file that hangs costs one thread.
/// </summary>
#pragma warning disable CA1001 // As long as the program.
internal sealed class FileTurn
#pragma warning restore CA1001
{
    private const int StackBytes = 256 * 1024;

    private static readonly ConcurrentDictionary<string, FileTurn> All = new(StringComparer.Ordinal);

    private readonly SemaphoreSlim _free = new(1);
    private volatile bool _wasGivenUp;

    public static FileTurn ForPath(string path) => All.GetOrAdd(path, static _ => new FileTurn());

    /// <summary>
    /// Reads, or gives up. Who comes while somebody has given up already does not wait at all; whoever waits gets a reading of their own,
    /// begun after they came.
    /// </summary>
    /// <param name="patience">How long to wait, for the turn and for the reading.</param>
    /// <param name="read">Reads.</param>
    /// <param name="late">What it came to when nothing was read in time.</param>
    public T Within<T>(TimeSpan patience, Func<T> read, T late)
    {
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
            // No thread is to be had now: as if the file did not answer.
            _free.Release();
            return late;
        }

        if (Task.WaitAny([reading.Task], patience) == 0)
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
#pragma warning disable CA1031 // Whoever waits gets it.
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
