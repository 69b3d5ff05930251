using System.CommandLine;
using Exporter.Configuration;
using Exporter.Web;

namespace Exporter.Cli;

/// <summary><c>check</c>: reads the configuration, prints every problem, asks nobody.</summary>
internal static class CheckCommand
{
    public static Command Create(Flags flags, Func<string, string?> environment, TextWriter output, TextWriter error)
    {
        var command = new Command("check", "Reads and validates the configuration and prints every problem; contacts nobody.") { flags.ConfigFile, flags.WebConfigFile, flags.Demo, flags.DemoSpeed, flags.DemoSeed, flags.DemoBreakAfter };
        command.SetAction(parsed => Run(parsed.GetValue(flags.ConfigFile), parsed.GetValue(flags.WebConfigFile), flags.DemoOf(parsed), environment, output, error));
        return command;
    }

    private static int Run(string? file, string? webFile, DemoOptions? demo, Func<string, string?> environment, TextWriter output, TextWriter error)
    {
        var access = ConfigurationReport.ReadWeb(webFile, environment, error).Access;
        if (demo is not null && access is not null)
        {
            output.WriteLine("The demo brings its own configuration, which is good.");
            return ExitCode.Good;
        }

        // Both files are read, so that every problem of both is told at once.
        if (demo is not null || ConfigurationReport.Read(ReloadSource.Of(file, environment), error) is not { } options || access is null)
        {
            return ExitCode.BadConfiguration;
        }

        var listed = options.Accounts.Sum(account => account.Automations.List.Count);
        output.WriteLine($"The configuration is good: {options.Accounts.Count} account(s), {listed} automation(s) listed.");
        return ExitCode.Good;
    }
}

/// <summary>Reads the configuration for a command and prints what is wrong with it.</summary>
internal static class ConfigurationReport
{
    /// <returns><see langword="null"/> when there are problems; they have been printed.</returns>
    public static ExporterOptions? Read(ReloadSource source, TextWriter error)
    {
        var result = source.Load();
        foreach (var problem in result.Problems)
        {
            error.WriteLine($"error: {problem}");
        }

        foreach (var warning in result.Warnings)
        {
            error.WriteLine($"warning: {warning}");
        }

        return result.Options;
    }

    /// <summary>The same for <c>--web.config.file</c>.</summary>
    public static WebAccessReading ReadWeb(string? file, Func<string, string?> environment, TextWriter error)
    {
        var reading = WebAccessReader.Load(file, environment);
        foreach (var line in reading.Problems.Select(problem => $"error: {problem}").Concat(reading.Warnings.Select(warning => $"warning: {warning}")))
        {
            error.WriteLine(line);
        }

        return reading;
    }
}
