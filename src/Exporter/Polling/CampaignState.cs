using System.Collections.Immutable;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>
/// The state of the polling of one campaign: its definition, its public face and its schedule. Immutable: each event makes
/// a new one (see <see cref="CampaignTransitions"/>).
/// </summary>
internal sealed record CampaignState
{
    /// <summary>
    /// Distinguishes this campaign from one with the same id that was removed before it: an answer to a request about that one must not be
    /// applied here.
    /// </summary>
    public required long Number { get; init; }

    public required CampaignDefinition Definition { get; init; }

    /// <summary>The public face. <see cref="Published"/> keeps its plan in step with the schedule.</summary>
    public required CampaignSnapshot Snapshot { get; init; }

    /// <summary>The time at which the next poll begins, unless the campaign is delisted or being polled.</summary>
    public required DateTimeOffset Due { get; init; }

    /// <summary>The time until which the API asked not to be asked again; <see langword="null"/> if it named none.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    public bool IsRunning { get; init; }

    public DateTimeOffset? LastStarted { get; init; }

    /// <summary>
    /// The due time of the last poll that sent a request. While the account is refused, most polls end with the answer to another one.
    /// </summary>
    public DateTimeOffset? LastAsked { get; init; }

    /// <summary>The account's complete automation walks when the running poll began, see <see cref="FailedAlone"/>.</summary>
    public int WalksBefore { get; init; }

    /// <summary>
    /// Whether its last poll failed only after a good part of <c>poll.timeout</c>, or waited within the attempt for a time that the API had
    /// named, see <see cref="CampaignQueue"/>.
    /// </summary>
    public bool IsHanging { get; init; }

    /// <summary>Its failures since the last success; <see langword="null"/> while it does not fail.</summary>
    public FailedAlone? Failing { get; init; }

    /// <summary>The end of the first failure since the last success; <see langword="null"/> while it does not fail.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>
    /// The causes of failures that the log has reported since the last success. If there are any, it reports the recovery, too.
    /// </summary>
    public ImmutableHashSet<FailureCause> ReportedCauses { get; init; } = [];

    /// <summary>Successful polls in a row that found the same numbers as the one before.</summary>
    public int UnchangedPolls { get; init; }

    /// <summary>See <see cref="CampaignData.LastChange"/>.</summary>
    public ChangeTime? LastChange { get; init; }

    /// <summary>See <see cref="CampaignSnapshot.SentAt"/>.</summary>
    public DateTimeOffset? SentAt => Snapshot.SentAt;

    /// <summary>The time since which the list no longer names it: it is not polled, and its values age out.</summary>
    public DateTimeOffset? DelistedAt { get; init; }

    /// <summary>
    /// Whether a reload took it out of the configuration before a list could say whether it is there: the first complete list that does not
    /// name it removes it at once.
    /// </summary>
    public bool IsOnTrial { get; init; }

    /// <summary>Pages that a complete poll reads, for the budget; 0 before the first one.</summary>
    public int PagesPerPoll { get; init; }

    public CampaignKind Kind => Definition.Kind;

    public string Id => Definition.Id;

    /// <summary>Value of the label <c>automation</c> or <c>singlesend</c>.</summary>
    public string Label => Definition.Label;

    public CampaignKey Key => new(Kind, Id);

    /// <summary>The interval in force.</summary>
    public TimeSpan Interval => Snapshot.Interval;

    public bool IsTried => Snapshot.Health.Attempts > 0;

    /// <summary>Why the last attempt of this run failed; <see langword="null"/> before the first one and after a success.</summary>
    public FailureReason? LastFailure => IsTried ? Snapshot.Health.LastReason : null;

    public DateTimeOffset? LastSuccess => Snapshot.Health.LastSuccess;

    /// <summary>Whether a complete walk was ever seen, by this run or a former one.</summary>
    public bool IsKnown => Snapshot.Data is not null;

    public bool IsDelisted => DelistedAt is not null;

    /// <summary>Whether it waits for its next poll.</summary>
    public bool IsWaiting => !IsDelisted && !IsRunning;

    /// <summary>The age of what a delisted campaign leaves behind counts from here; <see langword="null"/> while it is listed.</summary>
    public DateTimeOffset? LastSeen => DelistedAt is null ? null : LastSuccess ?? DelistedAt;

    /// <summary>A campaign of which nothing is known.</summary>
    public static CampaignState Create(CampaignDefinition definition, long number, DateTimeOffset due) =>
        new()
        {
            Number = number,
            Definition = definition,
            Due = due,
            Snapshot = new CampaignSnapshot
            {
                Kind = definition.Kind,
                Id = definition.Id,
                Label = definition.Label,
                Interval = definition.Interval,
                StepNames = [.. definition.StepNames],
            },
        };

    /// <summary>
    /// The same with a snapshot that shows when it is polled next. It stays the same object when nothing about that changed.
    /// </summary>
    public CampaignState Published()
    {
        DateTimeOffset? next = IsDelisted ? null : Due;
        return Snapshot.NextPoll == next && Snapshot.IsDelisted == IsDelisted
            ? this
            : this with
            {
                Snapshot = Snapshot with { NextPoll = next, IsDelisted = IsDelisted },
            };
    }
}
