using System.Diagnostics;

namespace Exporter.Tests.Disk;

/// <summary>Named pipes, which .NET cannot make.</summary>
internal static class Pipes
{
    /// <summary>Puts a pipe where there was nothing or a file.</summary>
    public static string Make(string path)
    {
        File.Delete(path);
        using var made = Process.Start("mkfifo", [path]);
        made.WaitForExit();
        Assert.Equal(0, made.ExitCode);
        return path;
    }

    /// <summary>Writes it as <c>sops exec-file</c> does: once, as soon as somebody reads.</summary>
    public static Task WriteAsync(string path, string text) =>
        Task.Factory.StartNew(
            () =>
            {
                using var pipe = new StreamWriter(
                    new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0)
                );
                pipe.Write(text);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
}
