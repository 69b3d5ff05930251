namespace Exporter.Polling;

/// <summary>One configured automation.</summary>
internal sealed record ConfiguredAutomation
{
    public required string Id { get; init; }

    /// <summary>Value of the label <c>automation</c>; <see langword="null"/> shows the id.</summary>
    public string? Name { get; init; }

    /// <summary>Overrides <see cref="PollOptions.Interval"/> for this automation.</summary>
    public TimeSpan? Interval { get; init; }

    public IReadOnlyList<ConfiguredStep> Steps { get; init; } = [];
}
