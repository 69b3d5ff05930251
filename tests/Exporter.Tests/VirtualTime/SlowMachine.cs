using System.Globalization;

namespace Exporter.Tests.VirtualTime;

/// <summary>
/// Makes every simulated SendGrid slow, to see that no result depends on it: <c>SLOW_ANSWERS=300</c> waits so many milliseconds before each
/// answer. With <c>DOTNET_ThreadPool_ForceMaxWorkerThreads=2</c> the machine has few threads as well.
/// </summary>
internal static class SlowMachine
{
    private static readonly int Milliseconds = int.Parse(
        Environment.GetEnvironmentVariable("SLOW_ANSWERS") ?? "0",
        CultureInfo.InvariantCulture
    );

    /// <summary>For the simulator's log, which is written before each answer.</summary>
    public static Action<string>? Answer { get; } =
        Milliseconds == 0
            ? null
            : static _ =>
            {
                // It blocks on purpose: a thread of the pool is what a slow machine lacks.
                using var never = new ManualResetEventSlim();
                never.Wait(Milliseconds);
            };
}
