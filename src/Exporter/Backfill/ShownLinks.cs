using Exporter.History;
using Exporter.Snapshots;

namespace Exporter.Backfill;

/// <summary>
/// Which links of a campaign had a series of their own in the past. Each walk decides that anew, as it does for <c>/metrics</c>: by the
/// clicks of all links at that time.
/// </summary>
internal static class ShownLinks
{
    /// <summary>Whether every link always had a series of its own, however many clicks it had.</summary>
    public static bool AreAll(IReadOnlyCollection<SeriesKey> links, LinksOptions options) =>
        links.Count <= options.MaxPerCampaign && links.All(static link => link.Location != LinkTable.Overflow);

    /// <summary>Returns the observations of each series, in the order in which the series appeared.</summary>
    /// <param name="changes">All changes of all links of one campaign, in time order. Those of one time are one walk.</param>
    /// <param name="options">How many have series of their own.</param>
    public static IEnumerable<(SeriesKey Key, IReadOnlyList<Observation> Observations)> Replay(
        IEnumerable<(SeriesKey Link, Observation Seen)> changes,
        LinksOptions options
    )
    {
        var (present, shown) = (new Dictionary<SeriesKey, long>(), new Dictionary<SeriesKey, long>());
        var past = new Dictionary<SeriesKey, List<Observation>>();
        foreach (var walk in Walks(changes))
        {
            foreach (var (link, seen) in walk)
            {
                if (seen.Value is { } clicks)
                {
                    present[link] = clicks;
                }
                else
                {
                    present.Remove(link);
                }
            }

            var (at, before) = (walk[0].Seen.At, shown);
            shown = Shown(present, options);
            foreach (var (series, clicks) in shown.Where(each => !before.TryGetValue(each.Key, out var known) || known != each.Value))
            {
                Observe(series, new Observation(at, clicks));
            }

            foreach (var series in before.Keys.Where(series => !shown.ContainsKey(series)))
            {
                Observe(series, new Observation(at, Value: null));
            }
        }

        return past.Select(static series => (series.Key, (IReadOnlyList<Observation>)series.Value));

        void Observe(SeriesKey series, Observation seen)
        {
            if (!past.TryGetValue(series, out var observations))
            {
                past[series] = observations = [];
            }

            observations.Add(seen);
        }
    }

    private static IEnumerable<List<(SeriesKey Link, Observation Seen)>> Walks(IEnumerable<(SeriesKey Link, Observation Seen)> changes)
    {
        var walk = new List<(SeriesKey Link, Observation Seen)>();
        foreach (var change in changes)
        {
            if (walk.Count > 0 && walk[0].Seen.At != change.Seen.At)
            {
                yield return walk;
                walk = [];
            }

            walk.Add(change);
        }

        if (walk.Count > 0)
        {
            yield return walk;
        }
    }

    private static Dictionary<SeriesKey, long> Shown(Dictionary<SeriesKey, long> present, LinksOptions options)
    {
        var table = LinkTable.Restore(present.Select(static link => Link(link.Key, link.Value)), [], 0, options, UrlDisplay.None);
        return table
            .Links.Where(static link => link.IsShown)
            .Select(static link => (Key: Key(link.Email, link.Location), link.Clicks))
            .Concat(table.Overflows.Select(static each => (Key: Key(each.Email, LinkTable.Overflow), each.Clicks)))
            .ToDictionary(static each => each.Key, static each => each.Clicks);
    }

    private static Link Link(SeriesKey key, long clicks) =>
        new(new EmailKey(key.First, key.Second), key.Location, clicks, Urls: [], LastIncrease: null, IsShown: true);

    private static SeriesKey Key(EmailKey email, string location) =>
        new(SeriesKey.LinkClicks, email.StepOrVariation, email.Phase, location);
}
