using System.Collections.Concurrent;

namespace Exporter.Disk;

/// <summary>
/// The turn to read one file. Each read runs on its own thread, because a system call on a hanging mount does not return. While it hangs,
/// no other read of that file begins; but as a good file may have been put in its place, it is not waited for without end. The wait doubles
/// with each read that hangs, so a path costs as many threads as its hanging has doublings: 20 in four months.
/// </summary>
#pragma warning disable CA1001 // It lives as long as the program.
internal sealed class FileTurn(TimeProvider? time = null)
#pragma warning restore CA1001
{
    /// <summary>The time after which a read that hangs keeps no other from beginning, when no other hangs.</summary>
    public static readonly TimeSpan Hanging = TimeSpan.FromSeconds(10);

    private const int StackBytes = 256 * 1024;

    private static readonly ConcurrentDictionary<string, FileTurn> All = new(StringComparer.Ordinal);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _taking = new();
    private Turn _turn = new();

    /// <summary>The number of reads that hang and have lost their turn.</summary>
    private int _lost;

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
        var began = _time.GetTimestamp();
        var turn = TurnAt(began);
        if (!turn.Free.Wait(turn.WasGivenUp ? TimeSpan.Zero : patience))
        {
            return late;
        }

        (turn.Began, turn.WasGivenUp) = (began, false);
        var reading = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => Run(read, reading, turn), StackBytes) { IsBackground = true, Name = "file" };
        try
        {
            thread.Start();
        }
        catch (OutOfMemoryException)
        {
            // The system has no thread to spare: the result is the same as for a file that does not answer.
            End(turn);
            return late;
        }

        var left = patience - _time.GetElapsedTime(began);
        if (Task.WaitAny([reading.Task], left > TimeSpan.Zero ? left : TimeSpan.Zero) == 0)
        {
            return reading.Task.GetAwaiter().GetResult();
        }

        turn.WasGivenUp = true;
        return late;
    }

    /// <summary>Returns the present turn, a new one if the read that has the turn hangs for too long.</summary>
    private Turn TurnAt(long now)
    {
        lock (_taking)
        {
            var isBusy = _turn is { WasGivenUp: true, Free.CurrentCount: 0 };
            if (isBusy && _time.GetElapsedTime(_turn.Began, now) >= Hanging * Math.Pow(2, _lost))
            {
                _turn.IsLost = true;
                _lost++;
                _turn = new Turn();
            }

            return _turn;
        }
    }

    private void Run<T>(Func<T> read, TaskCompletionSource<T> reading, Turn turn)
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
            End(turn);
        }
    }

    private void End(Turn turn)
    {
        lock (_taking)
        {
            _lost -= turn.IsLost ? 1 : 0;
            turn.IsLost = false;
            turn.Free.Release();
        }
    }

    /// <summary>One read at a time has it.</summary>
#pragma warning disable CA1001 // Without its wait handle, which is not used, a semaphore holds nothing that must be released.
    private sealed class Turn
#pragma warning restore CA1001
    {
        public readonly SemaphoreSlim Free = new(1);

        /// <summary>Whether a caller no longer waits for the read that has the turn.</summary>
        public volatile bool WasGivenUp;

        /// <summary>When the caller of the read that has the turn came.</summary>
        public long Began;

        /// <summary>Whether other reads no longer wait for the one that has the turn.</summary>
        public bool IsLost;
    }
}
