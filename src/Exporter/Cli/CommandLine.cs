using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Exporter.Hosting;
using Exporter.Network;
using Exporter.SendGrid.Keys;
using Exporter.Telemetry;
using Microsoft.Data.Sqlite;

namespace Exporter.Cli;

/// <summary>The commands; without a command the program runs <c>serve</c>.</summary>
internal static partial class CommandLine
{
    /// <summary>Takes arguments literally: <c>@file</c> does not read a file, and <c>-abc</c> is not three flags.</summary>
    public static ParserConfiguration Parsing { get; } = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    /// <summary>The number of characters of a value that a message shows.</summary>
    private const int MostShown = 200;

    /// <returns>The exit code. Any error becomes one line and a code, never an abort.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Surroundings surroundings)
    {
        ProxyPasswords.In(surroundings.Environment).ForEach(each => surroundings.Harmless.Learn(each.User, each.Password));
        var output = new HarmlessWriter(surroundings.Output, surroundings.Harmless);
        surroundings = surroundings with
        {
            Data = surroundings.IsAtTerminal ? output : surroundings.Output,
            Output = output,
            Error = new HarmlessWriter(surroundings.Error, surroundings.Harmless),
        };
        try
        {
            return await ParseAndRunAsync(arguments, surroundings);
        }
#pragma warning disable CA1031 // Any exception that leaves this method would abort the process.
        catch (Exception e)
#pragma warning restore CA1031
        {
            await surroundings.Error.WriteLineAsync($"error: {WordsInNeed(e)}");
            return ExitCode.Fatal;
        }
    }

    private static async Task<int> ParseAndRunAsync(IReadOnlyList<string> arguments, Surroundings surroundings)
    {
        var root = Root(surroundings);
        var named = NamesCommand(root, arguments) ? arguments : ["serve", .. arguments];
        var line = EnvironmentFlags.AddTo(named, root, surroundings.Environment);
        var parsed = root.Parse(line.Arguments, Parsing);
        var problems = ProblemsOfAsking(root, named) ?? Problems(line.Arguments, parsed);
        if (problems.Count > 0)
        {
            foreach (var (flag, problem) in problems)
            {
                var variable = flag is not null && line.Twins.Contains(flag) ? $"{EnvironmentFlags.NameOf(flag)}: " : "";
                await surroundings.Error.WriteLineAsync(Shown(variable + problem));
            }

            var command = parsed.CommandResult.Command is RootCommand ? "[command]" : parsed.CommandResult.Command.Name;
            await surroundings.Error.WriteLineAsync($"Usage: sendgrid-exporter {command} [flags]; --help lists them.");
            return ExitCode.BadConfiguration;
        }

        foreach (var ignored in parsed.Errors.Count == 0 ? IgnoredFlags.Find(parsed, line) : [])
        {
            await surroundings.Error.WriteLineAsync($"warning: {ignored}");
        }

        if (parsed.CommandResult.Command.Name != ServeCommand.Name)
        {
            surroundings.Signals.Release();
        }

        // The program handles signals itself; a second handler would cut the stop short.
        return await parsed.InvokeAsync(
            new InvocationConfiguration
            {
                Output = surroundings.Output,
                Error = surroundings.Error,
                ProcessTerminationTimeout = null,
                EnableDefaultExceptionHandler = false,
            }
        );
    }

    /// <summary>
    /// Describes an error even in a process that cannot open files any more and therefore cannot load the code of <see cref="Describe"/>.
    /// </summary>
    private static string WordsInNeed(Exception e)
    {
        try
        {
            return Describe(e);
        }
        catch (IOException)
        {
            return e.Message;
        }
    }

    /// <summary>Describes an error. Messages of the system name what it refused; any other exception is a bug.</summary>
    internal static string Describe(Exception e) =>
        Shown(
            CauseOf(e) switch
            {
                IOException when WorkingDirectoryIsGone() =>
                    "the directory in which the program was started no longer exists: start it in another one",
                (IOException or UnauthorizedAccessException or SocketException or SqliteException) and var refused => refused.Message,
                OperationCanceledException => "interrupted",
                OutOfMemoryException => "there is not enough memory",
                var bug => $"this is a bug in sendgrid-exporter, please report it: {bug.GetType().Name}: {bug.Message}",
            }
        );

    /// <summary>The runtime wraps what happens in a thread or at the first use of a class.</summary>
    private static Exception CauseOf(Exception e) =>
        e is TypeInitializationException or TaskSchedulerException or AggregateException && e.InnerException is { } cause
            ? CauseOf(cause)
            : e;

    private static bool WorkingDirectoryIsGone()
    {
        try
        {
            return Directory.GetCurrentDirectory().Length == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>
    /// Returns the problems, each with its flag. For a switch with a value that is not a boolean the parser only reports an unexpected
    /// word, so this checks switches itself.
    /// </summary>
    private static List<(string? Flag, string Problem)> Problems(IReadOnlyList<string> arguments, ParseResult parsed)
    {
        // No system passes a NUL, and no path may contain one.
        if (arguments.FirstOrDefault(static argument => argument.Contains('\0', StringComparison.Ordinal)) is { } broken)
        {
            return [(broken.Split('=')[0], $"{broken}: it contains a NUL character")];
        }

        var switches =
            from option in parsed.CommandResult.Command.Options.OfType<Option<bool>>()
            from argument in arguments
            where argument.StartsWith($"{option.Name}=", StringComparison.Ordinal)
            let value = argument[(option.Name.Length + 1)..]
            where !bool.TryParse(value, out _)
            select ((string?)option.Name, $"{option.Name}: expected true or false, found '{value}'");
        return switches.ToList() is { Count: > 0 } unclear
            ? unclear
            : [.. parsed.Errors.Select(error => (error.SymbolResult is { } result ? FlagOf(result) : null, error.Message))];
    }

    /// <summary>
    /// Returns the problems of a command line with <c>--help</c> or <c>--version</c>: there the parser ignores everything else. Environment
    /// variables are not checked, so that help works for users who do not know yet what to set.
    /// </summary>
    /// <returns><see langword="null"/> when the line has neither flag.</returns>
    private static List<(string? Flag, string Problem)>? ProblemsOfAsking(RootCommand root, IReadOnlyList<string> named)
    {
        var flags = named.TakeWhile(static argument => argument != "--").ToList();
        if (!flags.Exists(argument => IsPrinter(root, NameIn(argument))))
        {
            return null;
        }

        if (flags.Find(argument => !IsPrinter(root, argument) && IsPrinter(root, NameIn(argument))) is { } valued)
        {
            return [(NameIn(valued), $"{valued}: {NameIn(valued)} takes no value")];
        }

        List<string> beside = [.. flags.Where(argument => !IsPrinter(root, argument)), .. named.Skip(flags.Count)];
        beside = NamesCommand(root, beside) ? beside : [ServeCommand.Name, .. beside];
        var problems = Problems(named, root.Parse(named, Parsing));
        return problems.Count > 0 ? problems : Problems(beside, root.Parse(beside, Parsing));
    }

    /// <summary>Returns the flag that an argument names; its value follows one of two signs.</summary>
    private static string NameIn(string argument) => argument.Split('=', ':')[0];

    /// <summary>Whether a flag prints something and ends the program: the root command has only such flags.</summary>
    private static bool IsPrinter(RootCommand root, string argument) =>
        root.Options.Any(option => option.Name == argument || option.Aliases.Contains(argument));

    private static string? FlagOf(SymbolResult result) =>
        result switch
        {
            OptionResult option => option.Option.Name,
            { Parent: { } parent } => FlagOf(parent),
            _ => null,
        };

    /// <summary>
    /// Returns the text on one line that is safe for a terminal: a key in the place of a flag must not be repeated, and a value may hold
    /// anything.
    /// </summary>
    private static string Shown(string text)
    {
        var line = OneLine.From(Key.Replace(text, ApiKey.Redacted));
        return line.Length <= 2 * MostShown ? line : $"{line[..MostShown]} … {line[^MostShown..]}";
    }

    [GeneratedRegex(@"SG\.[\w.\-]+", RegexOptions.None, matchTimeoutMilliseconds: -1)]
    private static partial Regex Key { get; }

    /// <summary>Creates the root command with all commands and their flags.</summary>
    public static RootCommand Root(Surroundings surroundings)
    {
        var flags = new Flags();
        var root = new RootCommand(
            "Prometheus exporter for SendGrid Marketing Campaigns. Without a command it runs serve; serve --help lists the flags."
        )
        {
            ServeCommand.Create(flags, surroundings),
            CheckCommand.Create(flags, surroundings),
            DoctorCommand.Create(flags, surroundings),
            PlanCommand.Create(flags, surroundings),
            BackfillCommand.Create(flags, surroundings),
            HealthcheckCommand.Create(flags, surroundings),
        };

        // As help does, the version answers after a command and beside other flags too.
        foreach (var printer in root.Options)
        {
            printer.Recursive = true;
            printer.Validators.Clear();
        }

        // This action never runs. Without it the first error about a misspelt command would be that a command is required.
        root.SetAction(static _ => ExitCode.BadConfiguration);
        return root;
    }

    /// <summary>Whether the first word is a command. The parser would take a word in brackets for a directive and answer it.</summary>
    private static bool NamesCommand(RootCommand root, IReadOnlyList<string> arguments) =>
        arguments.Count > 0 && (arguments[0] is not ['-' or '[', ..] || IsPrinter(root, arguments[0]));
}
