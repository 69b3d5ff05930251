namespace Exporter.Polling;

/// <summary>Which Single Sends of an account are polled.</summary>
internal sealed record SingleSendsOptions
{
    /// <summary>Poll every Single Send that was sent within <see cref="SentWithin"/>. Default off.</summary>
    public bool Discover { get; init; }

    /// <summary>Only those sent within this time are discovered. Default 30 days.</summary>
    public TimeSpan SentWithin { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Single Sends that are polled whether discovered or not.</summary>
    public IReadOnlyList<ConfiguredSingleSend> List { get; init; } = [];
}
