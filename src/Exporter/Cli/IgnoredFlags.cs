using System.CommandLine;

namespace Exporter.Cli;

/// <summary>Finds flags that have no effect together with the other flags, so that the command can warn about them.</summary>
internal static class IgnoredFlags
{
    private static readonly string[] OfDemo = ["--demo.speed", "--demo.seed", "--demo.break-after"];

    /// <param name="parsed">A command line without errors.</param>
    /// <param name="line">The line that it was parsed from.</param>
    /// <returns>One sentence for each.</returns>
    public static IEnumerable<string> Find(ParseResult parsed, CompleteLine line)
    {
        var command = parsed.CommandResult.Command;
        return FindSetAside(line).Concat(FindAlternatives()).Concat(FindDetails());

        IEnumerable<string> FindAlternatives() =>
            from pair in Alternative.All
            where pair.AppliesTo(command.Name) && IsGiven(pair.Specific) && IsGiven(pair.General)
            where !pair.IsCommonTogether || !line.Twins.Contains(pair.General)
            select $"{Name(pair.General)} is not read: {Name(pair.Specific)} {pair.Reason}";

        IEnumerable<string> FindDetails()
        {
            foreach (var flag in OfDemo.Where(flag => !IsGiven("--demo") && IsGiven(flag)))
            {
                yield return $"{Name(flag)} has no effect without --demo";
            }

            // In the environment of a running server its directory is set for the server, so that twin causes no warning.
            var source = Find("--source") is Option<string> option ? parsed.GetValue(option) : null;
            if (source is not (null or "store") && IsGiven("--storage.path") && !line.Twins.Contains("--storage.path"))
            {
                yield return "--storage.path is not read: only --source=store reads the saved state";
            }

            if (source is "world" && IsGiven("--every"))
            {
                yield return $"{Name("--every")} has no effect with --source=world, which always uses 5m";
            }
        }

        bool IsGiven(string flag) => Find(flag) is { } option && EnvironmentFlags.IsGiven(parsed.GetResult(option));

        Option? Find(string flag) => command.Options.FirstOrDefault(option => option.Name == flag);

        string Name(string flag) => line.Twins.Contains(flag) ? EnvironmentFlags.NameOf(flag) : flag;
    }

    /// <summary>Returns the variables that a flag excludes, each once.</summary>
    private static IEnumerable<string> FindSetAside(CompleteLine line) =>
        from left in line.SetAside
        let flag = left.Pair.Other(left.Twin)
        where !left.Pair.IsCommonTogether || left.Twin != left.Pair.General
        select left.Twin == left.Pair.General
            ? $"{EnvironmentFlags.NameOf(left.Twin)} is not read: {flag} {left.Pair.Reason}"
            : $"{EnvironmentFlags.NameOf(left.Twin)} is not read: {flag} is a flag, which wins over a variable";
}
