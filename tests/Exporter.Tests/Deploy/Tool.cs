using System.ComponentModel;
using System.Diagnostics;
using Exporter.Engines;

namespace Exporter.Tests.Deploy;

/// <summary>A program of the Prometheus packages. Where it is not installed, the test that needs it is skipped and says so.</summary>
/// <param name="Name">How it is called.</param>
/// <param name="Missing">Why the test is skipped.</param>
internal sealed record Tool(string Name, string Missing)
{
    public static Tool Promtool { get; } = Of(EngineKind.Prometheus2, "promtool");

    public static Tool Amtool { get; } = new("amtool", "amtool is not installed (Debian: apt-get install prometheus-alertmanager)");

    public static Tool Of(EngineKind engine, string program) => new(engine.PathOf(program), engine.Missing);

    public Task AssertSucceedsAsync(params string[] arguments) => OutputAsync(arguments);

    /// <summary>Runs it, which must end well.</summary>
    /// <returns>What it printed.</returns>
    public async Task<string> OutputAsync(params string[] arguments)
    {
        var (code, output, errors) = await RunAsync(arguments);
        Assert.True(code == 0, $"{Name} {string.Join(' ', arguments)}\n{output}{errors}");
        return output;
    }

    /// <summary>Runs it, to whatever end.</summary>
    public async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Name, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };

        // Memory is cheaper than collections, which take a quarter of the time (https://pkg.go.dev/runtime#hdr-Environment_Variables).
        (start.Environment["GOGC"], start.Environment["GOMEMLIMIT"]) = ("400", "1GiB");
        using var process = Start(start);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await errors);
    }

    private Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip(Missing);
            throw;
        }
    }
}
