namespace Exporter.Polling;

/// <summary>What a new list of automations means for those that are polled.</summary>
/// <param name="New">Ids to add, in ordinal order: the API's order is not stable.</param>
/// <param name="Gone">Discovered ones that the list no longer names.</param>
/// <param name="Back">Those that were gone and are named again.</param>
internal sealed record Discovery(IReadOnlyList<string> New, IReadOnlyList<PolledAutomation> Gone, IReadOnlyList<PolledAutomation> Back)
{
    /// <summary>Compares the list with what is polled. An id that is not a UUID (<c>export</c> is a path of its own) is left out.</summary>
    public static Discovery Compare(IEnumerable<string> listed, IReadOnlyCollection<PolledAutomation> polled, AutomationsOptions options)
    {
        var excluded = options.Exclude.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var configured = options.List.Select(automation => automation.Id).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var ids = listed.Where(id => Guid.TryParseExact(id, "D", out _) && !excluded.Contains(id)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var known = polled.Select(automation => automation.Id).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return new Discovery(
            [.. ids.Except(known, StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)],
            [.. polled.Where(automation => automation.DelistedAt is null && !configured.Contains(automation.Id) && !ids.Contains(automation.Id))],
            [.. polled.Where(automation => automation.DelistedAt is not null && ids.Contains(automation.Id))]);
    }

    /// <summary>When a failed discovery is tried again: as soon as a poll would be, for without a list there may be nothing to poll.</summary>
    public static DateTimeOffset Retry(DateTimeOffset now, PollOptions options, DateTimeOffset? named)
    {
        var due = now + (options.Interval < options.DiscoveryInterval ? options.Interval : options.DiscoveryInterval);
        return named is { } wait && wait > due ? wait : due;
    }
}
