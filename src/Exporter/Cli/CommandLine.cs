using System.CommandLine;

namespace Exporter.Cli;

/// <summary>The commands, and which runs without one: <c>serve</c>.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Func<string, string?> environment, TextWriter output, TextWriter error)
    {
        var root = Root(environment, output, error);
        var named = NamesCommand(root, arguments) ? arguments : ["serve", .. arguments];
        var configuration = new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false };
        var all = EnvironmentTwins.AddTo(named, root, environment);
        var parsed = root.Parse(all, configuration);
        if (parsed.Errors.Count > 0 && parsed.Action is not System.CommandLine.Help.HelpAction)
        {
            foreach (var problem in parsed.Errors)
            {
                await error.WriteLineAsync(problem.Message);
            }

            if (all.Count > named.Count)
            {
                await error.WriteLineAsync($"From the environment (SENDGRID_EXPORTER_…): {string.Join(' ', all.Skip(named.Count))}");
            }

            var command = parsed.CommandResult.Command is RootCommand ? "[command]" : parsed.CommandResult.Command.Name;
            await error.WriteLineAsync($"Usage: sendgrid-exporter {command} [flags]; --help lists them.");
            return ExitCode.BadConfiguration;
        }

        // The host handles SIGTERM itself and in time; a second handler would cut its stop short.
        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            Output = output,
            Error = error,
            ProcessTerminationTimeout = null,
            EnableDefaultExceptionHandler = false,
        });
    }

    /// <summary>Every command with its flags.</summary>
    public static RootCommand Root(Func<string, string?> environment, TextWriter output, TextWriter error)
    {
        var flags = new Flags();
        var root = new RootCommand("Prometheus exporter for SendGrid Marketing Campaigns. Without a command it serves; serve --help lists the flags of that.")
        {
            ServeCommand.Create(flags, environment, output, error),
            CheckCommand.Create(flags, environment, output, error),
            DoctorCommand.Create(flags, environment, output, error),
            PlanCommand.Create(flags, environment, output, error),
            BackfillCommand.Create(flags, environment, output, error),
            HealthcheckCommand.Create(flags, output, error),
        };

        // Never run. Without it the first complaint about a misspelt command is that a command is required.
        root.SetAction(static _ => ExitCode.BadConfiguration);
        return root;
    }

    private static bool NamesCommand(RootCommand root, IReadOnlyList<string> arguments) =>
        arguments.Count > 0
        && (!arguments[0].StartsWith('-') || root.Options.Any(option => option.Name == arguments[0] || option.Aliases.Contains(arguments[0])));
}
