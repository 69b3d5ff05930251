namespace Exporter.History;

/// <summary>A step with a name.</summary>
internal sealed record StoredStep(string Id, string Name);
