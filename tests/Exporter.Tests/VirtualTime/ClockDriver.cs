namespace Exporter.Tests.VirtualTime;

/// <summary>Moves a <see cref="VirtualClock"/> from timer to timer, each time once all work that the last one started has ended.</summary>
internal static class ClockDriver
{
    /// <summary>In virtual time; only a test that fails gets so far.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    /// <summary>Lets the clock run until the task has ended.</summary>
    public static async Task<T> UntilAsync<T>(this VirtualClock clock, Task<T> task)
    {
        await clock.DriveAsync(() => task.IsCompleted, clock.Elapsed + Patience);
        Assert.True(task.IsCompleted, $"still not ended after {Patience.TotalDays} days");
        return await task;
    }

    /// <inheritdoc cref="UntilAsync{T}"/>
    public static async Task UntilAsync(this VirtualClock clock, Task task)
    {
        await clock.DriveAsync(() => task.IsCompleted, clock.Elapsed + Patience);
        Assert.True(task.IsCompleted, $"still not ended after {Patience.TotalDays} days");
        await task;
    }

    /// <summary>Lets the clock run for so long.</summary>
    /// <param name="clock">The clock.</param>
    /// <param name="length">How long.</param>
    /// <param name="meanwhile">Is begun before each move, beside the work that the move starts.</param>
    public static async Task ForAsync(this VirtualClock clock, TimeSpan length, Func<Task>? meanwhile = null)
    {
        List<Task> begun = [];
        await clock.DriveAsync(static () => false, clock.Elapsed + length, meanwhile is null ? null : () => begun.Add(Task.Run(meanwhile)));
        await Task.WhenAll(begun);
    }

    /// <summary>Waits until nothing is under way; no time passes.</summary>
    public static Task SettleAsync(this VirtualClock clock) => clock.ForAsync(TimeSpan.Zero);

    /// <remarks>On a thread of its own: a driver on one of the pool's would never find the pool without work.</remarks>
    private static Task DriveAsync(this VirtualClock clock, Func<bool> isOver, TimeSpan end, Action? moving = null)
    {
        var driven = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                while (Move()) { }

                driven.SetResult();
            }
#pragma warning disable CA1031 // The test gets it.
            catch (Exception e)
#pragma warning restore CA1031
            {
                driven.SetException(e);
            }
        })
        {
            IsBackground = true,
            Name = "virtual clock",
        };
        thread.Start();
        return driven.Task;

        // Whoever else drives the same clock waits: what this move has started runs on this thread, where Quiet does not see it.
        bool Move()
        {
            lock (clock.Driving)
            {
                Quiet.Wait();
                if (isOver() || (clock.Elapsed >= end && !(clock.NextDue <= end)))
                {
                    return false;
                }

                moving?.Invoke();
                clock.MoveTo(end);
                return true;
            }
        }
    }
}
