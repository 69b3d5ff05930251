using System.ComponentModel;
using System.Diagnostics;

namespace Exporter.Tests.Deploy;

/// <summary>A program of the Prometheus packages. Where it is not installed, the test that needs it is skipped and says so.</summary>
internal sealed record Tool(string Name, string Package)
{
    public static Tool Promtool { get; } = new("promtool", "prometheus");

    public static Tool Amtool { get; } = new("amtool", "prometheus-alertmanager");

    public Task AssertSucceedsAsync(params string[] arguments) => OutputAsync(arguments);

    /// <summary>Runs it, which must end well.</summary>
    /// <returns>What it printed.</returns>
    public async Task<string> OutputAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Name, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var process = Start(start);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{Name} {string.Join(' ', arguments)}\n{await output}{await errors}");
        return await output;
    }

    private Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip($"{Name} is not installed (Debian: apt-get install {Package})");
            throw;
        }
    }
}
