using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Exporter.Cli;

/// <summary>What <c>backfill</c> was asked for.</summary>
/// <param name="FromStore">From the saved state, not from SendGrid.</param>
/// <param name="First">First day, UTC.</param>
/// <param name="Last">Last day, UTC.</param>
/// <param name="Today">The day that has not ended.</param>
/// <param name="Automations">Ids or names; empty is all.</param>
/// <param name="Output">A file; <see langword="null"/> is standard output.</param>
/// <param name="StoragePath">Directory of the saved state.</param>
internal sealed record BackfillRequest(
    bool FromStore, DateOnly First, DateOnly Last, DateOnly Today, IReadOnlyList<string> Automations, string? Output, string StoragePath);

/// <summary>The flags that only <c>backfill</c> has.</summary>
internal sealed class BackfillFlags
{
    /// <summary>Without <c>--from</c>: as long as the saved state is kept when nothing else is configured.</summary>
    private const int DefaultDays = 90;

    public Option<string> Source { get; } = new("--source")
    {
        Description = "Where the past comes from: SendGrid's numbers per step and day, or the saved state with every observed change.",
        DefaultValueFactory = static _ => "sendgrid",
    };

    public Option<DateOnly?> From { get; } = Day("--from", $"First day (UTC). Default {DefaultDays} days ago.");

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
        Description = "File to write; an interrupted run is resumed. Default standard output.",
        HelpName = "file",
    };

    public BackfillFlags() => Source.AcceptOnlyFromAmong("sendgrid", "store");

    public BackfillRequest RequestOf(ParseResult parsed, string storagePath, DateOnly today) => new(
        parsed.GetValue(Source) == "store",
        parsed.GetValue(From) ?? today.AddDays(-DefaultDays),
        parsed.GetValue(To) is { } to && to < today ? to : today,
        today,
        parsed.GetValue(Automations) ?? [],
        parsed.GetValue(Output) is { Length: > 0 } file ? file : null,
        storagePath);

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
}
