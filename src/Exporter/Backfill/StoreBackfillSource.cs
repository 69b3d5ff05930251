using Exporter.Configuration;
using Exporter.History;
using Exporter.Polling;

namespace Exporter.Backfill;

/// <summary>Reads the past that the exporter observed from the saved state.</summary>
internal static class StoreBackfillSource
{
    /// <param name="options">The accounts and the names of their automations.</param>
    /// <param name="request">The days and automations to read.</param>
    /// <param name="failures">Gets a line for each gap.</param>
    /// <exception cref="IOException">Something that is no file is in the place of the database.</exception>
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">The database cannot be read.</exception>
    public static List<BackfillSeries> Read(ExporterOptions options, BackfillRequest request, List<string> failures)
    {
        var file = StoreDirectory.FileIn(request.StoragePath);
        if (request.StoragePath.Length > 0)
        {
            StoreDirectory.RefuseOther(file);
        }

        if (request.StoragePath.Length == 0 || !File.Exists(file))
        {
            failures.Add($"there is no saved state under --storage.path '{request.StoragePath}'");
            return [];
        }

        using var store = HistoryReader.OpenAtRest(file);
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
                            .Read(key, identity.Kind, identity.Id, from, to)
                            .Select(observed =>
                                BackfillSeries.Create(
                                    account,
                                    identity,
                                    observed.Key,
                                    BackfillSamples.Held(
                                        [.. observed.Observations.Select(seen => (seen.At, seen.Value))],
                                        from,
                                        until,
                                        request.Every
                                    )
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
