namespace Exporter.Tests;

/// <summary>
/// What waits for a task holds a thread, and the task may need that very thread: on a machine with few of them the program stood still.
/// </summary>
public sealed class BlockingTests
{
    /// <summary>Who may wait, and why nothing can stand still there.</summary>
    private static readonly string[] Waiting =
    [
        "Disk/FileTurn.cs", // for a thread of its own, and never for long
        "History/SavedState.cs", // for a thread of its own, before the start
        "Hosting/Signals.cs", // in a thread of its own
        "SendGrid/RateLimits/RateGate.cs", // for no time
        "Telemetry/OtlpLoggerProvider.cs", // for a thread of its own, and never for long
        "Web/Connections/TlsTrial.cs", // for a handshake in memory, in one reload at a time
    ];

    private static readonly string[] Waits = [".Wait(", ".WaitAll(", ".WaitAny(", ".GetAwaiter().GetResult(", ".RunSynchronously("];

    [Fact]
    public void Nothing_waits_for_a_task_by_holding_a_thread_but_what_is_named_here()
    {
        var folder = Repository.PathTo("src/Exporter");
        var found = Directory
            .EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file))
            .Where(static file => !file.StartsWith("obj", StringComparison.Ordinal) && !file.StartsWith("bin", StringComparison.Ordinal))
            .Where(file => File.ReadAllText(Path.Combine(folder, file)) is var code && Waits.Any(code.Contains));

        Assert.Equal(Waiting, found.Order(StringComparer.Ordinal));
    }
}
