namespace Exporter.Configuration.Sections;

/// <summary>What identifies the entries of one list in metrics, the name or else the id: no two may share it.</summary>
internal sealed class LabelUniqueness
{
    /// <summary>Whatever their case, as ids are compared everywhere.</summary>
    private readonly Dictionary<string, Position> _ids = new(StringComparer.OrdinalIgnoreCase);
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

    /// <summary>Once the list is complete: a name that is the id of another entry.</summary>
    public void ReportMixUps()
    {
        foreach (
            var (section, _, name) in _named.Where(n =>
                !string.Equals(n.Name, n.Id, StringComparison.OrdinalIgnoreCase) && _ids.ContainsKey(n.Name)
            )
        )
        {
            section.Require(
                holds: false,
                $"{section.PathOf("name")}: expected a name, found the id of the entry at line {_ids[name].Line}",
                "name"
            );
        }
    }
}
