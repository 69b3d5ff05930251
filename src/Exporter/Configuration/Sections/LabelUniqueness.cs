using Exporter.Snapshots;

namespace Exporter.Configuration.Sections;

/// <summary>Checks that no two entries of a list share the label that identifies them in metrics, the name or else the id.</summary>
internal sealed class LabelUniqueness
{
    private readonly Dictionary<string, Position> _ids = new(Ids.Comparer);
    private readonly Dictionary<string, Position> _names = new(StringComparer.Ordinal);
    private readonly List<(Section Section, string Id, string Name)> _named = [];

    public void Add(Section section, string id, string? name)
    {
        section.Distinct("id", id, _ids);
        section.Distinct("name", name, _names);
        if (name is not null)
        {
            _named.Add((section, id, name));
        }
    }

    /// <summary>Reports names that are the id of another entry; call it once the list is complete.</summary>
    public void ReportMixUps()
    {
        foreach (var (section, _, name) in _named.Where(n => !Ids.AreSame(n.Name, n.Id) && _ids.ContainsKey(n.Name)))
        {
            section.Require(
                holds: false,
                $"{section.PathOf("name")}: expected a name, found the id of the entry at line {_ids[name].Line}",
                "name"
            );
        }
    }
}
