using System.CommandLine;
using Exporter.Configuration.Reload;
using Exporter.Hosting;

namespace Exporter.Cli;

/// <summary>The command <c>check</c>: reads the configuration and prints every problem, without any request.</summary>
internal static class CheckCommand
{
    public static Command Create(Flags flags, Surroundings surroundings)
    {
        var command = new Command("check", "Reads and validates the configuration and prints every problem; sends no request.")
        {
            flags.ConfigFile,
            flags.WebConfigFile,
            flags.Demo,
            flags.DemoSpeed,
            flags.DemoSeed,
            flags.DemoBreakAfter,
        };
        command.SetAction(parsed =>
            Run(parsed.GetValue(flags.ConfigFile), parsed.GetValue(flags.WebConfigFile), flags.DemoOf(parsed), surroundings)
        );
        return command;
    }

    private static int Run(string? file, string? webFile, DemoOptions? demo, Surroundings surroundings)
    {
        var access = ConfigurationReport.ReadWeb(webFile, surroundings).Access;
        if (demo is not null && access is not null)
        {
            surroundings.Output.WriteLine("Nothing to check: the demo has a configuration of its own, which is valid.");
            return ExitCode.Good;
        }

        // Reads both files, so that the problems of both are reported together.
        if (
            demo is not null
            || ConfigurationReport.Read(ReloadSource.Create(file, surroundings.Environment), surroundings.Error).Options is not { } options
            || access is null
        )
        {
            return ExitCode.BadConfiguration;
        }

        var listed = options.Accounts.Sum(account => account.Automations.List.Count);
        surroundings.Output.WriteLine($"The configuration is good: {options.Accounts.Count} account(s), {listed} automation(s) listed.");
        return ExitCode.Good;
    }
}
