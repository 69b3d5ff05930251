using System.CommandLine;
using System.Text.RegularExpressions;

namespace Exporter.Cli;

/// <summary>The commands, and which runs without one: <c>serve</c>.</summary>
internal static partial class CommandLine
{
    /// <summary>An argument is what it says: no file is read in its place (<c>@file</c>), and <c>-abc</c> is not three flags.</summary>
    public static ParserConfiguration Parsing { get; } = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    /// <returns>The exit code. A full disk or a closed pipe behind standard output is an exit code, too, and no abort.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Surroundings world)
    {
        try
        {
            return await ParseAndRunAsync(arguments, world);
        }
        catch (IOException e)
        {
            try
            {
                await world.Error.WriteLineAsync($"error: {e.Message}");
            }
            catch (IOException)
            {
                // Standard error is full or closed, too; the exit code says it.
            }

            return ExitCode.Fatal;
        }
    }

    private static async Task<int> ParseAndRunAsync(IReadOnlyList<string> arguments, Surroundings world)
    {
        var root = Root(world);
        var named = NamesCommand(root, arguments) ? arguments : ["serve", .. arguments];
        var all = EnvironmentTwins.AddTo(named, root, world.Environment);
        var parsed = root.Parse(all, Parsing);
        if (parsed.Errors.Count > 0 && parsed.Action is not System.CommandLine.Help.HelpAction)
        {
            foreach (var problem in parsed.Errors)
            {
                await world.Error.WriteLineAsync(WithoutKeys(problem.Message));
            }

            if (all.Count > named.Count)
            {
                await world.Error.WriteLineAsync($"From the environment (SENDGRID_EXPORTER_…): {WithoutKeys(string.Join(' ', all.Skip(named.Count)))}");
            }

            var command = parsed.CommandResult.Command is RootCommand ? "[command]" : parsed.CommandResult.Command.Name;
            await world.Error.WriteLineAsync($"Usage: sendgrid-exporter {command} [flags]; --help lists them.");
            return ExitCode.BadConfiguration;
        }

        if (parsed.CommandResult.Command.Name != ServeCommand.Name)
        {
            world.Signals.Release();
        }

        // Signals are in other hands; a second handler would cut the stop short.
        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            Output = world.Output,
            Error = world.Error,
            ProcessTerminationTimeout = null,
            EnableDefaultExceptionHandler = false,
        });
    }

    /// <summary>A key may stand where a flag belongs, and must not be repeated.</summary>
    private static string WithoutKeys(string text) => Key.Replace(text, SendGrid.ApiKey.Redacted);

    [GeneratedRegex(@"SG\.[\w.\-]+", RegexOptions.None, matchTimeoutMilliseconds: -1)]
    private static partial Regex Key { get; }

    /// <summary>Every command with its flags.</summary>
    public static RootCommand Root(Surroundings world)
    {
        var flags = new Flags();
        var root = new RootCommand("Prometheus exporter for SendGrid Marketing Campaigns. Without a command it serves; serve --help lists the flags of that.")
        {
            ServeCommand.Create(flags, world),
            CheckCommand.Create(flags, world),
            DoctorCommand.Create(flags, world),
            PlanCommand.Create(flags, world),
            BackfillCommand.Create(flags, world),
            HealthcheckCommand.Create(flags, world),
        };

        // Never run. Without it the first complaint about a misspelt command is that a command is required.
        root.SetAction(static _ => ExitCode.BadConfiguration);
        return root;
    }

    private static bool NamesCommand(RootCommand root, IReadOnlyList<string> arguments) =>
        arguments.Count > 0
        && (!arguments[0].StartsWith('-') || root.Options.Any(option => option.Name == arguments[0] || option.Aliases.Contains(arguments[0])));
}
