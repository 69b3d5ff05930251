using System.CommandLine;

namespace Exporter.Cli;

/// <summary>
/// Every flag has a twin in the environment: <c>--web.listen-address</c> is <c>SENDGRID_EXPORTER_WEB_LISTEN_ADDRESS</c>. A twin is put
/// on the command line where the flag is missing, so both are read, checked and reported in one way, and the flag wins.
/// </summary>
internal static class EnvironmentFlags
{
    public static string NameOf(string flag) =>
        "SENDGRID_EXPORTER_" + flag.TrimStart('-').Replace('.', '_').Replace('-', '_').ToUpperInvariant();

    /// <summary>
    /// The arguments, with the twins of the chosen command's missing flags right behind the command: behind <c>--</c> they would be no
    /// flags.
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
    /// A repeatable flag's twin names its values with commas between. An empty twin is one that is not set, as <c>${X:-}</c> in a Compose
    /// file makes it, unless empty means something: a switch would be on.
    /// </summary>
    private static string[] Values(Option option, string? text) =>
        text is null || (text.Length == 0 && option is not Option<string> { Arity.MinimumNumberOfValues: 0 }) ? []
        : option.Arity.MaximumNumberOfValues > 1 ? text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        : [text];
}
