using System.CommandLine;
using System.CommandLine.Parsing;

namespace Exporter.Cli;

/// <summary>
/// Gives every flag a twin in the environment: <c>--web.listen-address</c> has <c>SENDGRID_EXPORTER_WEB_LISTEN_ADDRESS</c>. The twin is
/// added to the command line when the flag is missing, so both are parsed, checked and reported in one way. A flag wins over its own twin
/// and over those of its <see cref="Alternative"/>s.
/// </summary>
internal static class EnvironmentFlags
{
    public static string NameOf(string flag) =>
        "SENDGRID_EXPORTER_" + flag.TrimStart('-').Replace('.', '_').Replace('-', '_').ToUpperInvariant();

    /// <summary>Adds the twins of missing flags to the arguments.</summary>
    public static CompleteLine AddTo(IReadOnlyList<string> arguments, Command root, Func<string, string?> environment)
    {
        var chosen = root.Parse(arguments, CommandLine.Parsing).CommandResult;
        var options = chosen.Command.Options.Where(option => option.Name is not ("--help" or "--version")).ToList();
        var given = options
            .Where(option => IsGiven(chosen.GetResult(option)))
            .Select(static option => option.Name)
            .ToHashSet(StringComparer.Ordinal);
        var (added, set, aside) = (new List<string>(), new HashSet<string>(StringComparer.Ordinal), new List<(string, Alternative)>());
        foreach (var option in options.Where(option => chosen.GetResult(option) is null or { Implicit: true }))
        {
            var values = Values(option, environment(NameOf(option.Name)));
            if (values.Length == 0)
            {
                continue;
            }

            var excluded = Alternative.All.FirstOrDefault(pair =>
                pair.AppliesTo(chosen.Command.Name) && pair.Other(option.Name) is { } other && given.Contains(other)
            );
            if (excluded is not null && !IsOff(option, values[0]))
            {
                aside.Add((option.Name, excluded));
                continue;
            }

            set.Add(option.Name);
            added.AddRange(values.Select(value => $"{option.Name}={value}"));
        }

        return new([.. arguments.Take(1), .. added, .. arguments.Skip(1)], set, aside);
    }

    /// <summary>Whether a flag was given on purpose; a switch that is off excludes nothing.</summary>
    public static bool IsGiven(OptionResult? result) =>
        result is { Implicit: false } && !(result.Tokens is [{ Value: var text }] && IsOff(result.Option, text));

    private static bool IsOff(Option option, string text) => option is Option<bool> && bool.TryParse(text, out var isOn) && !isOn;

    /// <summary>
    /// Returns the values of a twin. A repeatable flag's twin separates its values with commas. An empty twin counts as not set, whatever
    /// the flag: <c>${X:-}</c> in a Compose file makes one.
    /// </summary>
    private static string[] Values(Option option, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return [];
        }

        return option.Arity.MaximumNumberOfValues > 1
            ? text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [text];
    }
}
