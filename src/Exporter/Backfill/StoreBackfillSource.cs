using Exporter.Configuration;
using Exporter.History;
using Exporter.Polling;

namespace Exporter.Backfill;

/// <summary>Reads the past that the exporter observed from the saved state.</summary>
internal static class StoreBackfillSource
{
    /// <summary>Opens the saved state; <see langword="null"/> when there is none.</summary>
    /// <param name="failures">Gets a line about that.</param>
    /// <exception cref="IOException">Something that is no file is in the place of the database.</exception>
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">The database cannot be read.</exception>
    public static HistoryReader? Open(BackfillRequest request, List<string> failures)
    {
        var file = StoreDirectory.FileIn(request.StoragePath);
        if (request.StoragePath.Length > 0)
        {
            StoreDirectory.RefuseOther(file);
        }

        if (request.StoragePath.Length == 0 || !File.Exists(file))
        {
            failures.Add($"there is no saved state under --storage.path '{request.StoragePath}'");
            return null;
        }

        return HistoryReader.OpenAtRest(file);
    }

    /// <summary>
    /// Returns the totals that have values. The values are read only when they are written, one total after the other, so that memory does
    /// not grow with the store.
    /// </summary>
    /// <param name="store">Stays open until the values are written.</param>
    /// <param name="options">The accounts and the names of their automations.</param>
    /// <param name="request">The days and automations to read.</param>
    /// <param name="failures">Gets a line for each gap.</param>
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">The database cannot be read.</exception>
    public static List<BackfillSeries> Read(HistoryReader store, ExporterOptions options, BackfillRequest request, List<string> failures)
    {
        var (from, to) = (Midnight(request.First), Midnight(request.Last.AddDays(1)));
        var wanted = new AutomationFilter(request.Automations);
        var series = new List<BackfillSeries>();
        foreach (var account in options.Accounts)
        {
            var key = account.Identity;
            var configured = account
                .Configured(options.Poll.Interval)
                .ToDictionary(identity => (identity.Kind, identity.Id.ToUpperInvariant()));
            foreach (var (kind, id, lastSuccess) in store.Campaigns(key))
            {
                var identity =
                    configured.GetValueOrDefault((kind, id.ToUpperInvariant()))
                    ?? new CampaignDefinition(kind, id, ConfiguredName: null, options.Poll.Interval);
                if (wanted.Matches(identity))
                {
                    // No value is known after the last walk.
                    var until = lastSuccess < to ? lastSuccess : to;
                    series.AddRange(
                        store
                            .Series(key, identity.Kind, identity.Id, what: null)
                            .Where(found => store.Observations(found, from, to, every: null).Any())
                            .Select(found =>
                                BackfillSeries.Create(
                                    account,
                                    identity,
                                    found.Key,
                                    BackfillSamples.Held(store.Observations(found, from, to, every: null), from, until, request.Every)
                                )
                            )
                            .OfType<BackfillSeries>()
                    );
                }
            }
        }

        failures.AddRange(wanted.Missing);
        return series;
    }

    private static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
