using System.Diagnostics;
using Exporter.Engines;

namespace Exporter.Shared;

/// <summary>A program of others that tests need; tests/run.sh installs it where it can.</summary>
/// <param name="Name">A name that is looked for on the path, or a whole path.</param>
/// <param name="Missing">Says that it is not there, and how to get it.</param>
internal sealed record Tool(string Name, string Missing)
{
    public Tool(string name)
        : this(name, $"{name} is not installed") { }

    public static Tool Promtool { get; } = From(EngineKind.Prometheus2, "promtool");

    public static Tool Amtool { get; } = new("amtool", "amtool is not installed (Debian: apt-get install prometheus-alertmanager)");

    public bool IsInstalled =>
        File.Exists(Name)
        || (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(directory => File.Exists(Path.Combine(directory, Name)));

    public static Tool From(EngineKind engine, string program) => new(engine.PathOf(program), engine.Missing);

    /// <summary>Starts it and does not wait for it.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">It is not installed.</exception>
    public ToolProcess Start(IReadOnlyList<string> arguments, string directory = "") => new(StartInfo(arguments, directory));

    /// <summary>Runs it to its end, whether that is a good or a bad one.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">It is not installed.</exception>
    public async Task<(int Code, string Output, string Errors)> RunAsync(IReadOnlyList<string> arguments, CancellationToken ct)
    {
        using var process = Process.Start(StartInfo(arguments, directory: ""))!;
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var errors = process.StandardError.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        return (process.ExitCode, await output, await errors);
    }

    private ProcessStartInfo StartInfo(IReadOnlyList<string> arguments, string directory)
    {
        var start = new ProcessStartInfo(Name, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };

        // Memory is cheaper than collections, which take a quarter of the time, up to what a big world needs anyway
        // (https://pkg.go.dev/runtime#hdr-Environment_Variables).
        start.Environment["GOGC"] = "400";
        start.Environment["GOMEMLIMIT"] = "2GiB";
        return start;
    }
}
