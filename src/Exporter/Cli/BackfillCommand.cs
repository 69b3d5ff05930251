using System.CommandLine;
using Exporter.Configuration;
using Exporter.Exposition;
using Exporter.History;
using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Microsoft.Data.Sqlite;

namespace Exporter.Cli;

/// <summary><c>backfill</c>: the past as OpenMetrics text for <c>promtool tsdb create-blocks-from openmetrics</c>.</summary>
internal static class BackfillCommand
{
    public static Command Create(Flags flags, Func<string, string?> environment, TextWriter output, TextWriter error)
    {
        var own = new BackfillFlags();
        var command = new Command("backfill", "Writes the past as OpenMetrics text for promtool tsdb create-blocks-from openmetrics.")
        {
            flags.ConfigFile, flags.StoragePath, own.Source, own.From, own.To, own.Automations, own.Output, flags.Demo, flags.DemoSpeed, flags.DemoSeed,
        };
        command.SetAction((parsed, cancellation) => Inspection.RunAsync(
            flags.DemoOf(parsed),
            parsed.GetValue(flags.ConfigFile),
            environment,
            error,
            options => RunAsync(options, own.RequestOf(parsed, flags.StoragePathOf(parsed), Today()), output, error, cancellation),
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ExporterOptions options, BackfillRequest request, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        if (request.Last < request.First)
        {
            await error.WriteLineAsync($"--from {request.First:yyyy-MM-dd} is later than --to {request.Last:yyyy-MM-dd}");
            return ExitCode.BadConfiguration;
        }

        try
        {
            var failures = new List<string>();
            var series = request.FromStore ? Stored(options, request, failures) : await AskedAsync(options, request, failures, error, cancellation);
            foreach (var failure in failures)
            {
                await error.WriteLineAsync($"missing: {failure}");
            }

            if (failures.Count > 0 && request.Output is not null)
            {
                await error.WriteLineAsync($"{request.Output} is not written; what has been fetched is kept beside it, and the same command goes on from there.");
                return ExitCode.CheckFailed;
            }

            Write(series, request, output);
            await error.WriteLineAsync($"{series.Count} series, {series.Sum(each => (long)each.Samples.Count)} samples.");
            return failures.Count == 0 ? ExitCode.Good : ExitCode.CheckFailed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            await error.WriteLineAsync($"error: {e.Message}");
            return ExitCode.CheckFailed;
        }
    }

    /// <summary>Everything or the file that was there before: promtool must not find half of it.</summary>
    private static void Write(IReadOnlyList<PastSeries> series, BackfillRequest request, TextWriter output)
    {
        if (request.Output is not { } file)
        {
            OpenMetricsText.Write(output, series);
            return;
        }

        using (var writer = new StreamWriter(file + ".new") { NewLine = "\n" })
        {
            OpenMetricsText.Write(writer, series);
        }

        File.Move(file + ".new", file, overwrite: true);
        File.Delete(BackfillProgress.FileOf(file));
    }

    private static async Task<List<PastSeries>> AskedAsync(
        ExporterOptions options, BackfillRequest request, List<string> failures, TextWriter error, CancellationToken cancellation)
    {
        using var http = ApiHttp.Create(BuildInfo.Current.UserAgent);
        using var done = BackfillProgress.Open(request);
        var wanted = new WantedNames(request.Automations);
        var asked = new AskedAutomations(options.Poll, request, wanted, done, failures);
        var series = new List<PastSeries>();
        foreach (var account in options.Accounts)
        {
            series.AddRange(await asked.AskAsync(http, account, error, cancellation));
        }

        failures.AddRange(wanted.Missing);
        return series;
    }

    private static List<PastSeries> Stored(ExporterOptions options, BackfillRequest request, List<string> failures)
    {
        var file = StorageDirectory.FileIn(request.StoragePath);
        if (request.StoragePath.Length == 0 || !File.Exists(file))
        {
            failures.Add($"there is no saved state under --storage.path '{request.StoragePath}'");
            return [];
        }

        var (from, to) = (Midnight(request.First), Midnight(request.Last.AddDays(1)));
        var wanted = new WantedNames(request.Automations);
        var series = new List<PastSeries>();
        foreach (var account in options.Accounts)
        {
            var key = account.Identity;
            var configured = account.Listed(options.Poll.Interval).ToDictionary(identity => (identity.Kind, identity.Id.ToUpperInvariant()));
            var identities = HistoryReader.Campaigns(file, key).Select(saved =>
                configured.GetValueOrDefault((saved.Kind, saved.Id.ToUpperInvariant())) ?? new CampaignIdentity(saved.Kind, saved.Id, ConfiguredName: null, options.Poll.Interval));
            foreach (var identity in identities.Where(wanted.Has))
            {
                series.AddRange(HistoryReader.Read(file, key, identity.Kind, identity.Id, from, to)
                    .Select(observed => Past(account, identity, observed.Key, [.. Known(observed.Observations, from)]))
                    .OfType<PastSeries>());
            }
        }

        failures.AddRange(wanted.Missing);
        return series;

        // What was known before the first day is the value at its beginning.
        static IEnumerable<(DateTimeOffset At, long Value)> Known(IEnumerable<Observation> observations, DateTimeOffset from) =>
            observations.Where(seen => seen.Value is not null).Select(seen => (seen.At < from ? from : seen.At, seen.Value!.Value));
    }

    /// <returns><see langword="null"/> for what <c>/metrics</c> does not show of this kind.</returns>
    private static PastSeries? Past(PolledAccountOptions account, CampaignIdentity identity, SeriesKey key, IReadOnlyList<(DateTimeOffset At, long Value)> samples) =>
        OpenMetricsText.FamilyOf(identity.Kind, key.What) is { } family
            ? new PastSeries(family, OpenMetricsText.Labels(family, account.Account.Name, identity.ConfiguredName ?? identity.Id, key.First, key.Second, key.Location), samples)
            : null;

    private static DateOnly Today() => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    private static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    /// <summary>Asks for the days of one automation after the other, but for those that an interrupted run has already.</summary>
    private sealed class AskedAutomations(PollOptions poll, BackfillRequest request, WantedNames wanted, BackfillProgress done, List<string> failures)
    {
        public async Task<List<PastSeries>> AskAsync(HttpClient http, PolledAccountOptions account, TextWriter error, CancellationToken cancellation)
        {
            using var client = Inspection.Client(http, account.Account);
            var identities = (await AutomationsAsync(client, account, cancellation)).Where(wanted.Has).ToList();
            var series = new List<PastSeries>();
            await ProgressDisplay.RunAsync(account.Account.Name ?? "automations", identities, identity => identity.ConfiguredName ?? identity.Id, error, async identity =>
            {
                var totals = await TotalsAsync(client, identity, $"{account.Identity} {identity.Id}", cancellation);
                series.AddRange(totals.Select(step => Past(account, identity, new SeriesKey(step.Statistic, step.StepId, "", ""), [.. step.Ends.Select(end => (end.At, end.Total))])!));
            });
            return series;
        }

        private async Task<IReadOnlyList<CampaignIdentity>> AutomationsAsync(
            SendGridClient client, PolledAccountOptions account, CancellationToken cancellation)
        {
            var identities = account.Listed(poll.Interval).Where(identity => identity.Kind == CampaignKind.Automation).ToList();
            if (account.Automations.Discover)
            {
                using var attempt = new Attempt(TimeProvider.System, poll.Timeout, retryForbidden: true, cancellation);
                var found = await Discovery.ListAsync(client, CampaignKind.Automation, attempt);
                if (found.Error is { } problem)
                {
                    failures.Add($"the list of automations: {problem.Message}");
                }
                else
                {
                    identities.AddRange(account.NewIn(CampaignKind.Automation, found.Value!.Rows, identities, poll.Interval, TimeProvider.System.GetUtcNow()));
                }
            }

            return identities;
        }

        /// <returns>Nothing when the automation could not be asked; why is then among the failures.</returns>
        private async Task<IReadOnlyList<StepTotals>> TotalsAsync(SendGridClient client, CampaignIdentity identity, string key, CancellationToken cancellation)
        {
            if (done.Find(key) is { } known)
            {
                return known;
            }

            using var attempt = new Attempt(TimeProvider.System, poll.Timeout, retryForbidden: true, cancellation);
            var found = await StepHistory.AskAsync(client, identity.Id, request.First, request.Today, attempt);
            if (found.Error is { } problem)
            {
                failures.Add($"{identity.ConfiguredName ?? identity.Id}: {problem.Message}");
                return [];
            }

            var totals = StepHistory.Totals(found.Value!, request.First, request.Last, request.Today);
            done.Add(key, totals);
            return totals;
        }
    }

    /// <summary>The automations that were asked for, by id or name; all when none was.</summary>
    private sealed class WantedNames(IReadOnlyList<string> names)
    {
        private readonly HashSet<string> _seen = new(StringComparer.OrdinalIgnoreCase);

        public IEnumerable<string> Missing => names.Where(name => !_seen.Contains(name)).Select(name => $"no automation has the id or name '{name}'");

        public bool Has(CampaignIdentity identity)
        {
            var matching = names.Where(name => name.Equals(identity.Id, StringComparison.OrdinalIgnoreCase) || name.Equals(identity.ConfiguredName, StringComparison.Ordinal)).ToList();
            _seen.UnionWith(matching);
            return names.Count == 0 || matching.Count > 0;
        }
    }
}
