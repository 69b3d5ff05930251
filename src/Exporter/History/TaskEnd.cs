namespace Exporter.History;

/// <summary>Runs code at the end of a task that no caller awaits.</summary>
internal static class TaskEnd
{
    /// <summary>Runs an action at the end of a task, whatever its end is; at once when it has ended.</summary>
    public static void Then(this Task task, Action action) =>
        _ = task.ContinueWith(_ => action(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
