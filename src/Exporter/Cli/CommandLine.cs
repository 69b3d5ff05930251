using System.CommandLine;

namespace Exporter.Cli;

/// <summary>The commands, and which runs without one: <c>serve</c>.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Surroundings world)
    {
        var root = Root(world);
        var named = NamesCommand(root, arguments) ? arguments : ["serve", .. arguments];
        var configuration = new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false };
        var all = EnvironmentTwins.AddTo(named, root, world.Environment);
        var parsed = root.Parse(all, configuration);
        if (parsed.Errors.Count > 0 && parsed.Action is not System.CommandLine.Help.HelpAction)
        {
            foreach (var problem in parsed.Errors)
            {
                await world.Error.WriteLineAsync(problem.Message);
            }

            if (all.Count > named.Count)
            {
                await world.Error.WriteLineAsync($"From the environment (SENDGRID_EXPORTER_…): {string.Join(' ', all.Skip(named.Count))}");
            }

            var command = parsed.CommandResult.Command is RootCommand ? "[command]" : parsed.CommandResult.Command.Name;
            await world.Error.WriteLineAsync($"Usage: sendgrid-exporter {command} [flags]; --help lists them.");
            return ExitCode.BadConfiguration;
        }

        // The host handles SIGTERM itself and in time; a second handler would cut its stop short.
        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            Output = world.Output,
            Error = world.Error,
            ProcessTerminationTimeout = null,
            EnableDefaultExceptionHandler = false,
        });
    }

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
