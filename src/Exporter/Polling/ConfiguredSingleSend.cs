namespace Exporter.Polling;

/// <summary>One configured Single Send.</summary>
internal sealed record ConfiguredSingleSend
{
    public required string Id { get; init; }

    /// <summary>Value of the label <c>singlesend</c>; <see langword="null"/> shows the id.</summary>
    public string? Name { get; init; }
}
