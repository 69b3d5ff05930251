namespace Exporter.Shared;

/// <summary>A sample, wherever it was read.</summary>
internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    /// <summary>Name and labels, in one order whatever the order they came in.</summary>
    public string Id { get; } =
        $"{Name}{{{string.Join(',', Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"))}}}";

    public string this[string label] => Labels[label];
}
