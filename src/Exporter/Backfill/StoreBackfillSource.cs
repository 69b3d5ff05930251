using Exporter.Configuration;
using Exporter.History;
using Exporter.Polling;

namespace Exporter.Backfill;

/// <summary>Reads the past that the exporter observed from the saved state.</summary>
internal static class StoreBackfillSource
{
    /// <summary>Opens the saved state; <see langword="null"/> when there is none.</summary>
    /// <param name="gaps">Gets a line about that.</param>
    /// <exception cref="IOException">Something that is no file is in the place of the database.</exception>
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">The database cannot be read.</exception>
    public static HistoryReader? Open(BackfillRequest request, BackfillGaps gaps)
    {
        var file = StoreDirectory.FileIn(request.StoragePath);
        if (request.StoragePath.Length > 0)
        {
            StoreDirectory.RefuseOther(file);
        }

        if (request.StoragePath.Length == 0 || !File.Exists(file))
        {
            gaps.AddAbsent($"there is no saved state under --storage.path '{request.StoragePath}'");
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
    /// <param name="gaps">Gets what is wanted and not there.</param>
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">The database cannot be read.</exception>
    public static List<BackfillSeries> Read(HistoryReader store, ExporterOptions options, BackfillRequest request, BackfillGaps gaps)
    {
        var wanted = new AutomationFilter(request.Automations);
        var series = new List<BackfillSeries>();
        foreach (var account in options.Accounts)
        {
            var brought = new List<(CampaignDefinition, int?)>();
            foreach (
                var (identity, lastSuccess) in Campaigns(store, account, options.Poll.Interval).Where(each => wanted.Matches(each.Identity))
            )
            {
                var found = SeriesOf(store, account, identity, lastSuccess, request).ToList();
                brought.Add((identity, found.Count));
                series.AddRange(found);
            }

            gaps.AddEmpty(account, wanted, brought, isAll: true, "the saved state");
        }

        gaps.AddUnknown(wanted);
        return series;
    }

    /// <summary>Returns the campaigns of the store under their configured names, and those that only the configuration knows.</summary>
    private static IEnumerable<(CampaignDefinition Identity, DateTimeOffset LastSuccess)> Campaigns(
        HistoryReader store,
        AccountOptions account,
        TimeSpan interval
    )
    {
        var configured = account.Configured(interval).ToDictionary(static identity => (identity.Kind, identity.Id.ToUpperInvariant()));
        foreach (var (kind, id, lastSuccess) in store.Campaigns(account.Identity))
        {
            yield return configured.Remove((kind, id.ToUpperInvariant()), out var identity)
                ? (identity, lastSuccess)
                : (CampaignDefinition.Discovered(kind, id, interval), lastSuccess);
        }

        foreach (var unknown in configured.Values)
        {
            yield return (unknown, DateTimeOffset.MinValue);
        }
    }

    private static IEnumerable<BackfillSeries> SeriesOf(
        HistoryReader store,
        AccountOptions account,
        CampaignDefinition identity,
        DateTimeOffset lastSuccess,
        BackfillRequest request
    )
    {
        var (from, to) = (Midnight(request.First), Midnight(request.Last.AddDays(1)));

        // No value is known after the last walk.
        var until = lastSuccess < to ? lastSuccess : to;
        return store
            .Series(account.Identity, identity.Kind, identity.Id, what: null)
            .Select(found =>
                BackfillSeries.Create(
                    account,
                    identity,
                    found.Key,
                    BackfillSamples.Held(store.Observations(found, from, to, every: null), from, until, request.Every)
                )
            )
            .OfType<BackfillSeries>()
            .Where(static each => each.Samples.Any());
    }

    private static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
