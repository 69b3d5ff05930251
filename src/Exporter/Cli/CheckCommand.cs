using System.CommandLine;
using Exporter.Configuration;
using Exporter.Disk;
using Exporter.Web;

namespace Exporter.Cli;

/// <summary><c>check</c>: reads the configuration, prints every problem, asks nobody.</summary>
internal static class CheckCommand
{
    public static Command Create(Flags flags, Surroundings world)
    {
        var command = new Command("check", "Reads and validates the configuration and prints every problem; contacts nobody.")
        {
            flags.ConfigFile,
            flags.WebConfigFile,
            flags.Demo,
            flags.DemoSpeed,
            flags.DemoSeed,
            flags.DemoBreakAfter,
        };
        command.SetAction(parsed =>
            Run(parsed.GetValue(flags.ConfigFile), parsed.GetValue(flags.WebConfigFile), flags.DemoOf(parsed), world)
        );
        return command;
    }

    private static int Run(string? file, string? webFile, DemoOptions? demo, Surroundings world)
    {
        var access = ConfigurationReport.ReadWeb(webFile, world).Access;
        if (demo is not null && access is not null)
        {
            world.Output.WriteLine("The demo brings its own configuration, which is good.");
            return ExitCode.Good;
        }

        // Both files are read, so that every problem of both is told at once.
        if (
            demo is not null
            || ConfigurationReport.Read(ReloadSource.Create(file, world.Environment), world.Error).Options is not { } options
            || access is null
        )
        {
            return ExitCode.BadConfiguration;
        }

        var listed = options.Accounts.Sum(account => account.Automations.List.Count);
        world.Output.WriteLine($"The configuration is good: {options.Accounts.Count} account(s), {listed} automation(s) listed.");
        return ExitCode.Good;
    }
}

/// <summary>Reads the configuration for a command and prints what is wrong with it.</summary>
internal static class ConfigurationReport
{
    public static ConfigurationResult Read(ReloadSource source, TextWriter error)
    {
        var result = source.Load();
        foreach (var problem in result.Problems)
        {
            error.WriteLine($"error: {problem}{NextStep.For($"{problem}")}");
        }

        foreach (var warning in result.Warnings)
        {
            error.WriteLine($"warning: {warning}");
        }

        return result;
    }

    /// <summary>The same for <c>--web.config.file</c>.</summary>
    public static WebConfigResult ReadWeb(string? file, Surroundings world, NamedFiles? files = null)
    {
        var reading = WebAccessReader.Load(file, world.Environment, files);
        foreach (
            var line in reading
                .Problems.Select(problem => $"error: {problem}")
                .Concat(reading.Warnings.Select(warning => $"warning: {warning}"))
        )
        {
            world.Error.WriteLine(line);
        }

        return reading;
    }
}
