using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Exporter.Cli;

/// <summary>What <c>backfill</c> was asked for.</summary>
/// <param name="Source">Where from.</param>
/// <param name="First">First day, UTC.</param>
/// <param name="Last">Last day, UTC.</param>
/// <param name="Today">The day that has not ended.</param>
/// <param name="Automations">Ids or names; empty is all.</param>
/// <param name="Output">A file; <see langword="null"/> is standard output.</param>
/// <param name="StoragePath">Directory of the saved state.</param>
/// <param name="Labels">Added to every series.</param>
internal sealed record BackfillRequest(
    PastSource Source, DateOnly First, DateOnly Last, DateOnly Today, IReadOnlyList<string> Automations, string? Output, string StoragePath, IReadOnlyList<(string Label, string? Value)> Labels);

/// <summary>Who tells the past.</summary>
internal enum PastSource
{
    /// <summary>The API: totals of steps, day by day.</summary>
    SendGrid,

    /// <summary>The saved state: every observed change.</summary>
    Store,

    /// <summary>The demo's world: everything, every five minutes.</summary>
    World,
}

/// <summary>The flags that only <c>backfill</c> has.</summary>
internal sealed partial class BackfillFlags
{
    /// <summary>Without <c>--from</c>: as long as the saved state is kept when nothing else is configured.</summary>
    private const int DefaultDays = 90;

    /// <summary>The same for the demo's world, which tells 288 moments of each day.</summary>
    private const int DefaultDaysOfWorld = 42;

    public Option<string> Source { get; } = new("--source")
    {
        Description = "Where the past comes from: SendGrid's numbers per step and day; the saved state with every observed change; or, with --demo, the simulated world, links included, every five minutes.",
        DefaultValueFactory = static _ => "sendgrid",
    };

    public Option<DateOnly?> From { get; } = Day("--from", $"First day (UTC). Default {DefaultDays} days ago, of the simulated world {DefaultDaysOfWorld}.");

    public Option<DateOnly?> To { get; } = Day("--to", "Last day (UTC). Default today.");

    public Option<string[]> Automations { get; } = new("--automations")
    {
        Description = "Ids or names, with commas between or repeated. Default all.",
        HelpName = "id|name,…",
        DefaultValueFactory = static _ => [],
        CustomParser = static result => [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))],
    };

    public Option<string?> Output { get; } = new("--output")
    {
        Description = "File to write, compressed when it ends in .gz; an interrupted run is resumed. Default standard output.",
        HelpName = "file",
    };

    public Option<string[]> Labels { get; } = new("--labels")
    {
        Description = "Labels to add to every series, such as job=sendgrid-exporter,instance=exporter:10324: with those of the scrape, the past and the present are the same series.",
        HelpName = "name=value,…",
        DefaultValueFactory = static _ => [],
        CustomParser = static result => Pairs(result),
    };

    public BackfillFlags() => Source.AcceptOnlyFromAmong("sendgrid", "store", "world");

    public BackfillRequest RequestOf(ParseResult parsed, string storagePath, DateOnly today)
    {
        var source = parsed.GetValue(Source) switch { "store" => PastSource.Store, "world" => PastSource.World, _ => PastSource.SendGrid };
        return new(
            source,
            parsed.GetValue(From) ?? today.AddDays(source == PastSource.World ? -DefaultDaysOfWorld : -DefaultDays),
            parsed.GetValue(To) is { } to && to < today ? to : today,
            today,
            parsed.GetValue(Automations) ?? [],
            parsed.GetValue(Output) is { Length: > 0 } file ? file : null,
            storagePath,
            [.. (parsed.GetValue(Labels) ?? []).Select(pair => pair.Split('=', 2)).Select(pair => (pair[0], (string?)pair[1]))]);
    }

    private static string[] Pairs(ArgumentResult result)
    {
        string[] pairs = [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
        if (pairs.FirstOrDefault(pair => !LabelPair().IsMatch(pair)) is { } bad)
        {
            result.AddError($"--labels: expected name=value, for example job=sendgrid-exporter, found '{bad}'");
        }

        return pairs;
    }

    private static Option<DateOnly?> Day(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "YYYY-MM-DD",
        CustomParser = result => Day(name, result),
    };

    private static DateOnly? Day(string name, ArgumentResult result)
    {
        if (DateOnly.TryParseExact(result.Tokens[0].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return day;
        }

        result.AddError($"{name}: expected a date, for example 2026-01-31, found '{result.Tokens[0].Value}'");
        return null;
    }

    [GeneratedRegex("^[a-zA-Z_][a-zA-Z0-9_]*=.", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LabelPair();
}
