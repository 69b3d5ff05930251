using Exporter.Polling;
using Exporter.Snapshots;

namespace Exporter.Backfill;

/// <summary>Selects the automations that the user named, by id or name; all when the user named none.</summary>
internal sealed class AutomationFilter(IReadOnlyList<string> names)
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <summary>Whether the user named none.</summary>
    public bool IsAll => names.Count == 0;

    /// <summary>A line for each name that nothing has.</summary>
    public IEnumerable<string> Missing =>
        names.Where(name => !_seen.Contains(name)).Select(name => $"no automation has the id or name '{name}'");

    public bool Matches(CampaignDefinition identity) => Matches(identity.Id, identity.ConfiguredName);

    public bool Matches(string id, string? configuredName)
    {
        var matching = names.Where(name => Ids.AreSame(name, id) || name.Equals(configuredName, StringComparison.Ordinal)).ToList();
        _seen.UnionWith(matching);
        return names.Count == 0 || matching.Count > 0;
    }
}
