using System.CommandLine;

namespace Exporter.Cli;

/// <summary>Finds flags that have no effect together with the other flags, so that the command can warn about them.</summary>
internal static class IgnoredFlags
{
    private static readonly string[] OfDemo = ["--demo.speed", "--demo.seed", "--demo.break-after"];

    /// <param name="parsed">A command line without errors.</param>
    /// <param name="twins">The flags whose values come from the environment.</param>
    /// <returns>One sentence for each.</returns>
    public static IEnumerable<string> Find(ParseResult parsed, IReadOnlySet<string> twins)
    {
        var isDemo = Value<bool>("--demo");
        if (isDemo && IsGiven("--config.file"))
        {
            yield return $"{Name("--config.file")} is not read: --demo brings its own configuration";
        }

        foreach (var flag in OfDemo.Where(flag => !isDemo && IsGiven(flag)))
        {
            yield return $"{Name(flag)} has no effect without --demo";
        }

        // In the environment of a running server its directory is set for the server, so that twin causes no warning.
        var source = Value<string>("--source");
        if (source is not (null or "store") && IsGiven("--storage.path") && !twins.Contains("--storage.path"))
        {
            yield return "--storage.path is not read: only --source=store reads the saved state";
        }

        if (source is "world" && IsGiven("--every"))
        {
            yield return $"{Name("--every")} has no effect with --source=world, which always uses 5m";
        }

        bool IsGiven(string flag) => Find(flag) is { } option && parsed.GetResult(option) is { Implicit: false };

        T? Value<T>(string flag) => Find(flag) is Option<T> option ? parsed.GetValue(option) : default;

        Option? Find(string flag) => parsed.CommandResult.Command.Options.FirstOrDefault(option => option.Name == flag);

        string Name(string flag) => twins.Contains(flag) ? EnvironmentFlags.NameOf(flag) : flag;
    }
}
