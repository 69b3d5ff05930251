namespace Exporter.Tests.VirtualTime;

/// <summary>
/// Tells when this process has nothing to do but wait for time to pass: the thread pool has no work, running or queued. What is under test
/// talks through <see cref="VirtualNetwork"/>, so nothing is on its way outside of the pool.
/// </summary>
/// <remarks>
/// That counts the whole process, so nothing may block a thread of the pool for good: xunit's detection of long running tests does. Tests
/// on a virtual clock therefore run alone (<see cref="OnVirtualTime"/>); whatever else is at work makes
/// them wait longer and changes nothing else.
/// </remarks>
internal static class Quiet
{
    /// <summary>Only a hang reaches it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static readonly int MostWorkers = Workers();

    /// <summary>Waits for it, on a thread that is not the pool's.</summary>
    /// <exception cref="TimeoutException">Something blocks a thread of the pool.</exception>
    public static void Wait()
    {
        var spin = new SpinWait();
        var began = Environment.TickCount64;
        while (!IsQuiet())
        {
            spin.SpinOnce(sleep1Threshold: 30);
            if (Environment.TickCount64 - began > Patience.TotalMilliseconds)
            {
                throw new TimeoutException(
                    $"The thread pool has been at work for {Patience.TotalMinutes} minutes: something blocks one of its threads."
                );
            }
        }
    }

    /// <remarks>
    /// Work is queued, or its thread is counted as busy, at every moment between; and work that was finished meanwhile, which may have
    /// queued more, shows in the count of completed items.
    /// </remarks>
    private static bool IsQuiet()
    {
        var completed = ThreadPool.CompletedWorkItemCount;
        return NoneIsQueued() && Available() == MostWorkers && NoneIsQueued() && completed == ThreadPool.CompletedWorkItemCount;
    }

    private static bool NoneIsQueued() => ThreadPool.PendingWorkItemCount == 0;

    private static int Available()
    {
        ThreadPool.GetAvailableThreads(out var workers, out _);
        return workers;
    }

    private static int Workers()
    {
        ThreadPool.GetMaxThreads(out var workers, out _);
        return workers;
    }
}
