namespace Exporter.Polling;

/// <summary>A step's name, for the info metric.</summary>
internal sealed record ConfiguredStep
{
    public required string Id { get; init; }

    public required string Name { get; init; }
}
