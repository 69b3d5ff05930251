using Exporter.SendGrid;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>The outcome of one attempt: everything that it asked for, or an error.</summary>
/// <param name="Found">Complete walks; <see langword="null"/> after a failure.</param>
/// <param name="Error">The failure.</param>
/// <param name="Pages">Pages read, also by a failed attempt.</param>
/// <param name="Duration">How long it took.</param>
internal sealed record PollOutcome(PollFindings? Found, ApiError? Error, int Pages, TimeSpan Duration)
{
    /// <summary>Whether it took its place while it waited for a time that the API had named for this campaign.</summary>
    public bool HasWaited { get; init; }

    /// <summary>The wait that the API named for this campaign, after whatever answer.</summary>
    public NamedWait? Wait { get; init; }

    /// <summary>
    /// The time of <see cref="Wait"/> on the machine's clock, if it was said to the key in use: both are known when the outcome is applied.
    /// </summary>
    public DateTimeOffset? NotBefore { get; init; } = Error?.NotBefore;

    /// <summary>
    /// Returns the outcome as it counts for a campaign of which this is known now. It may be known from a state that came while the API was
    /// asked.
    /// </summary>
    public PollOutcome JudgedBy(CampaignData? known) =>
        Found?.LostFrom(known) is { } lost ? this with { Found = null, Error = lost } : this;
}
