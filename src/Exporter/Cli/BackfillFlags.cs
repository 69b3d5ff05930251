using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Exporter.Backfill;
using Exporter.Configuration.Values;

namespace Exporter.Cli;

/// <summary>The flags that only <c>backfill</c> has.</summary>
internal sealed class BackfillFlags
{
    /// <summary>
    /// The default of <c>--from</c>: as long as the shipped Prometheus keeps data; the rules look back four weeks and a day.
    /// </summary>
    private const int DefaultDays = 35;

    /// <summary>The same for the demo's world.</summary>
    private const int DefaultDaysOfWorld = 42;

    /// <summary>SendGrid did not exist earlier; an earlier date would cost requests for years of empty days.</summary>
    private static readonly DateOnly FirstDay = new(2009, 1, 1);

    /// <summary>The labels that the shipped Prometheus adds to the samples that it scrapes.</summary>
    private static readonly IReadOnlyList<(string Label, string? Value)> DefaultLabels =
    [
        ("job", "sendgrid-exporter"),
        ("instance", "exporter:10324"),
    ];

    private static readonly TimeSpan DefaultEvery = TimeSpan.FromMinutes(5);

    /// <summary>Prometheus keeps milliseconds, but no one scrapes more often than once a second.</summary>
    private static readonly TimeSpan LeastEvery = TimeSpan.FromSeconds(1);

    public Option<string> Source { get; } =
        Flags.OneOf(
            "--source",
            "Source of the past values: SendGrid's numbers per step and day; the saved state with every observed change; or, with --demo, "
                + "the simulated world, links included, every five minutes.",
            "sendgrid",
            "sendgrid",
            "store",
            "world"
        );

    public Option<DateOnly?> From { get; } =
        Day("--from", $"First day (UTC). Default {DefaultDays} days ago, with --source=world {DefaultDaysOfWorld} days ago.");

    public Option<DateOnly?> To { get; } =
        Day(
            "--to",
            "Last day (UTC). Default as late as a Prometheus with data can import it: of the saved state up to three to five hours ago, of "
                + "SendGrid's numbers the last whole day before that; let them end before the first scrape. With --source=world today."
        );

    public Option<TimeSpan?> Every { get; } =
        new("--every")
        {
            Description = $"Time between two samples; more than 5m leaves gaps in graphs. Default {Durations.Format(DefaultEvery)}.",
            HelpName = "1m|5m|1h|1d|…",
            CustomParser = static result => Flags.Duration(result, "--every", LeastEvery),
        };

    public Option<(string Label, string? Value)[]> Labels { get; } =
        new("--label")
        {
            Description =
                "Label that your Prometheus adds when it scrapes; repeatable, an empty value removes it. Default job=sendgrid-exporter and "
                + "instance=exporter:10324.",
            HelpName = "name=value",
            DefaultValueFactory = static _ => [],
            CustomParser = static result => [.. result.Tokens.Select(token => Label(token.Value, result))],
        };

    public Option<string[]> Automations { get; } =
        new("--automations")
        {
            Description = "Ids or names, separated by commas or repeated. Default all.",
            HelpName = "id|name,…",
            DefaultValueFactory = static _ => [],
            CustomParser = static result => Names(result),
        };

    public Option<string?> Output { get; } =
        new("--output")
        {
            Description =
                "File to write, an existing one is replaced and an interrupted run resumed; or a pipe or device. Default standard output.",
            HelpName = "file",
        };

    public BackfillFlags() =>
        Output.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var path }] && Directory.Exists(path))
            {
                result.AddError($"--output: expected a file, found the directory '{path}'");
            }
        });

    public BackfillRequest RequestOf(ParseResult parsed, string storagePath, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var source = parsed.GetValue(Source) switch
        {
            "store" => BackfillOrigin.Store,
            "world" => BackfillOrigin.World,
            _ => BackfillOrigin.SendGrid,
        };
        return new(
            source,
            parsed.GetValue(From) ?? today.AddDays(source == BackfillOrigin.World ? -DefaultDaysOfWorld : -DefaultDays),
            BackfillEnd.Of(source, parsed.GetValue(To), now),
            today,
            parsed.GetValue(Every) ?? DefaultEvery,
            parsed.GetValue(Automations) ?? [],
            [
                .. (parsed.GetValue(Labels) ?? [])
                    .Reverse()
                    .Concat(DefaultLabels)
                    .DistinctBy(label => label.Label, StringComparer.Ordinal)
                    .Where(label => label.Value is { Length: > 0 }),
            ],
            parsed.GetValue(Output) is { Length: > 0 } file ? file : null,
            storagePath
        )
        {
            LeavesOutTheLast = WantsToday(parsed, today),
        };
    }

    /// <summary>
    /// Says when samples that are too new to be imported now may be imported, and otherwise where they end when the user did not say it or
    /// wants later ones; <see langword="null"/> when nothing is to be said.
    /// </summary>
    public string? NoteOf(ParseResult parsed, BackfillRequest request, DateTimeOffset now)
    {
        var to = parsed.GetValue(To);
        if (request.Source == BackfillOrigin.World)
        {
            return null;
        }

        if (request.Until > BackfillEnd.LatestImportable(now))
        {
            return $"Import these samples after {BackfillEnd.ImportableFrom(request.Until):yyyy-MM-dd HH:mm} UTC: a block that reaches "
                + "into the last hours makes Prometheus lose what it has in memory.";
        }

        if (!WantsToday(parsed, request.Today))
        {
            return null;
        }

        var end =
            $"The samples end at {request.Until:yyyy-MM-dd HH:mm} UTC: an imported block that reaches into the last hours makes "
            + "Prometheus lose what it has in memory";
        return request.Source == BackfillOrigin.Store
            ? $"{end}."
            : $"{end}, and of SendGrid's numbers only whole days are written."
                + (to is null ? " They are spread over each day: let them end before the first scrape (--to)." : "");
    }

    private bool WantsToday(ParseResult parsed, DateOnly today) => parsed.GetValue(To) is not { } to || to >= today;

    private static string[] Names(ArgumentResult result)
    {
        string[] names =
        [
            .. result.Tokens.SelectMany(token =>
                token.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            ),
        ];
        if (names.Length == 0)
        {
            result.AddError("--automations: expected ids or names, found none; leave the flag out to select all");
        }

        return names;
    }

    private static (string Label, string? Value) Label(string text, ArgumentResult result)
    {
        var parts = text.Split('=', 2);
        var isName = parts[0].Length > 0 && !char.IsAsciiDigit(parts[0][0]) && parts[0].All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
        if (parts.Length < 2 || !isName || parts[0].StartsWith("__", StringComparison.Ordinal) || BackfillWriter.IsOwnLabel(parts[0]))
        {
            result.AddError($"--label: expected name=value with the name of a label that the exporter itself does not set, found '{text}'");
        }

        return (parts[0], parts[^1]);
    }

    private static Option<DateOnly?> Day(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "YYYY-MM-DD",
            CustomParser = result => Day(name, result),
        };

    private static DateOnly? Day(string name, ArgumentResult result)
    {
        if (
            DateOnly.TryParseExact(result.Tokens[0].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day >= FirstDay
        )
        {
            return day;
        }

        result.AddError($"{name}: expected a date from {FirstDay:yyyy-MM-dd} on, for example 2026-01-31, found '{result.Tokens[0].Value}'");
        return null;
    }
}
