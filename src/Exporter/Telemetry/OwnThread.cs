namespace Exporter.Telemetry;

/// <summary>
/// Runs what blocks. A thread of the pool will not do: it may be the last one, and what it waits for may need another.
/// </summary>
internal static class OwnThread
{
    /// <summary>Runs it on a thread that a stop of the program does not wait for.</summary>
    public static Task RunAsync(string name, Action blocking)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(Run) { IsBackground = true, Name = name }.Start();
        return ended.Task;

        void Run()
        {
            try
            {
                blocking();
                ended.SetResult();
            }
#pragma warning disable CA1031 // Whoever awaits it gets it.
            catch (Exception e)
#pragma warning restore CA1031
            {
                ended.SetException(e);
            }
        }
    }
}
