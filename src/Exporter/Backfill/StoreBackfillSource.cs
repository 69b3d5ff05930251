using Exporter.Configuration;
using Exporter.History;
using Exporter.Polling;
using Exporter.Snapshots;

namespace Exporter.Backfill;

/// <summary>Reads the past that the exporter observed from the saved state.</summary>
internal static class StoreBackfillSource
{
    /// <summary>The least time between two changes of the store.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(1);

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
    /// not grow with the store; but for the links of a campaign that has more than may have series of their own.
    /// </summary>
    /// <param name="store">Stays open until the values are written.</param>
    /// <param name="options">What <c>/metrics</c> shows, and under which names.</param>
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
                var found = Between(Midnight(request.First), request.Until).ToList();

                // Later is what a run without that end would write, whatever was there before the first day.
                var isLater = request.LeavesOutTheLast && found.Count == 0 && Between(request.Until + Least, DateTimeOffset.MaxValue).Any();
                if (isLater)
                {
                    gaps.AddLater(
                        $"{BackfillGaps.NameOf(account)}: {identity.Label}: the saved state has values of it "
                            + $"after {request.Until:yyyy-MM-dd HH:mm} UTC, where the samples end"
                    );
                }

                brought.Add((identity, isLater ? null : found.Count));
                series.AddRange(found);

                IEnumerable<BackfillSeries> Between(DateTimeOffset from, DateTimeOffset until) =>
                    SeriesOf(store, account, options.Links, identity, from, lastSuccess < until ? lastSuccess : until, request.Every);
            }

            gaps.AddEmpty(account, wanted, brought, isAll: true, "the saved state");
        }

        gaps.AddUnknown(wanted);
        return series;
    }

    /// <summary>
    /// Returns the campaigns of the store that the configuration would have shown at the end of their last walk, under their configured
    /// names, and those that only the configuration knows.
    /// </summary>
    private static IEnumerable<(CampaignDefinition Identity, DateTimeOffset LastSuccess)> Campaigns(
        HistoryReader store,
        AccountOptions account,
        TimeSpan interval
    )
    {
        var configured = account.Configured(interval).ToDictionary(static identity => new CampaignKey(identity.Kind, identity.Id));
        var isStillWanted = account.StillWanted();
        foreach (var (kind, id, lastSuccess) in store.Campaigns(account.Identity))
        {
            if (configured.Remove(new CampaignKey(kind, id), out var identity))
            {
                yield return (identity, lastSuccess);
            }
            else if (isStillWanted(store.Saved(account.Identity, kind, id) ?? Unreadable(kind, id), lastSuccess))
            {
                yield return (CampaignDefinition.Discovered(kind, id, interval), lastSuccess);
            }
        }

        foreach (var unknown in configured.Values)
        {
            yield return (unknown, DateTimeOffset.MinValue);
        }
    }

    private static CampaignSnapshot Unreadable(CampaignKind kind, string id) =>
        new()
        {
            Kind = kind,
            Id = id,
            Label = id,
        };

    /// <param name="until">Not after the last walk: no value is known after it.</param>
    private static IEnumerable<BackfillSeries> SeriesOf(
        HistoryReader store,
        AccountOptions account,
        LinksOptions options,
        CampaignDefinition identity,
        DateTimeOffset from,
        DateTimeOffset until,
        TimeSpan every
    ) =>
        until < from
            ? []
            : Observed(store, account, options, identity, from, until)
                .Select(found =>
                    BackfillSeries.Create(account, identity, found.Key, BackfillSamples.Held(found.Observations, from, until, every))
                )
                .OfType<BackfillSeries>()
                .Where(static each => each.Samples.Any());

    /// <summary>Returns the observations of what the configuration shows of a campaign.</summary>
    private static IEnumerable<(SeriesKey Key, IEnumerable<Observation> Observations)> Observed(
        HistoryReader store,
        AccountOptions account,
        LinksOptions options,
        CampaignDefinition identity,
        DateTimeOffset from,
        DateTimeOffset to
    )
    {
        var all = Shown(store, account, identity).ToLookup(static series => series.Key.What == SeriesKey.LinkClicks);
        var others = all[false].Select(Observations);
        return ShownLinks.AreAll([.. all[true].Select(static link => link.Key)], options)
            ? all[true].Select(Observations).Concat(others)
            : ShownLinks
                .Replay(store.Changes(account.Identity, identity.Kind, identity.Id, SeriesKey.LinkClicks, to), options)
                .Select(static link => (link.Key, link.Observations.AsEnumerable()))
                .Concat(others);

        (SeriesKey Key, IEnumerable<Observation> Observations) Observations(StoredSeries series) =>
            (series.Key, store.Observations(series, from, to, every: null));
    }

    /// <summary>Returns the totals of a campaign that the configuration shows, but for how many of its links.</summary>
    private static IEnumerable<StoredSeries> Shown(HistoryReader store, AccountOptions account, CampaignDefinition identity)
    {
        var hasStatistics = CampaignPolicy.Of(identity.Kind).HasStatistics(account);
        return store
            .Series(account.Identity, identity.Kind, identity.Id, what: null)
            .Where(series => hasStatistics || !EmailStatistics.Names.Contains(series.Key.What, StringComparer.Ordinal));
    }

    private static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
