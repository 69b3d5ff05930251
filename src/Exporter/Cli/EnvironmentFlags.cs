using System.CommandLine;

namespace Exporter.Cli;

/// <summary>
/// Gives every flag a twin in the environment: <c>--web.listen-address</c> has <c>SENDGRID_EXPORTER_WEB_LISTEN_ADDRESS</c>. The twin is
/// added to the command line when the flag is missing, so both are parsed, checked and reported in one way, and the flag wins.
/// </summary>
internal static class EnvironmentFlags
{
    public static string NameOf(string flag) =>
        "SENDGRID_EXPORTER_" + flag.TrimStart('-').Replace('.', '_').Replace('-', '_').ToUpperInvariant();

    /// <summary>
    /// Returns the arguments with the twins of missing flags directly after the command: after <c>--</c> they would not be flags.
    /// </summary>
    public static IReadOnlyList<string> AddTo(IReadOnlyList<string> arguments, Command root, Func<string, string?> environment)
    {
        var chosen = root.Parse(arguments, CommandLine.Parsing).CommandResult;
        var missing = chosen
            .Command.Options.Where(option => option.Name is not ("--help" or "--version"))
            .Where(option => chosen.GetResult(option) is null or { Implicit: true });
        return
        [
            .. arguments.Take(1),
            .. missing.SelectMany(option => Values(option, environment(NameOf(option.Name))).Select(value => $"{option.Name}={value}")),
            .. arguments.Skip(1),
        ];
    }

    /// <summary>
    /// Returns the values of a twin. A repeatable flag's twin separates its values with commas. An empty twin counts as not set, as
    /// <c>${X:-}</c> in a Compose file makes it, except for flags with a meaningful empty value; an empty switch would otherwise be on.
    /// </summary>
    private static string[] Values(Option option, string? text)
    {
        if (text is null || (text.Length == 0 && option is not Option<string> { Arity.MinimumNumberOfValues: 0 }))
        {
            return [];
        }

        return option.Arity.MaximumNumberOfValues > 1
            ? text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [text];
    }
}
