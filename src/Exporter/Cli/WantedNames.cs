using Exporter.Polling;

namespace Exporter.Cli;

/// <summary>The automations that were asked for, by id or name; all when none was.</summary>
internal sealed class WantedNames(IReadOnlyList<string> names)
{
    private readonly HashSet<string> _seen = new(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<string> Missing =>
        names.Where(name => !_seen.Contains(name)).Select(name => $"no automation has the id or name '{name}'");

    public bool Has(CampaignIdentity identity) => Has(identity.Id, identity.ConfiguredName);

    public bool Has(string id, string? configuredName)
    {
        var matching = names
            .Where(name => name.Equals(id, StringComparison.OrdinalIgnoreCase) || name.Equals(configuredName, StringComparison.Ordinal))
            .ToList();
        _seen.UnionWith(matching);
        return names.Count == 0 || matching.Count > 0;
    }
}
