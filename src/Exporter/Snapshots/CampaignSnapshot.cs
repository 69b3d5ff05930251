using System.Collections.Immutable;

namespace Exporter.Snapshots;

/// <summary>What is known of one automation or Single Send now. A new attempt makes a new one.</summary>
internal sealed record CampaignSnapshot
{
    public required CampaignKind Kind { get; init; }

    public required string Id { get; init; }

    /// <summary>Value of the label <c>automation</c> or <c>singlesend</c>: the configured name, else the id.</summary>
    public required string Label { get; init; }

    /// <summary>The interval in force.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>
    /// When the next attempt begins; in the past while one runs or waits for a free place, <see langword="null"/> when none is planned.
    /// </summary>
    public DateTimeOffset? NextPoll { get; init; }

    /// <summary>
    /// The name that the API gives it, for the info metric; <see langword="null"/> when it was not asked or did not tell.
    /// </summary>
    public string? Name
    {
        get;
        init => field = LabelValue.Sanitize(value);
    }

    /// <summary>A Single Send's status in the API's words; <see langword="null"/> when unknown.</summary>
    public string? Status
    {
        get;
        init => field = LabelValue.Sanitize(value);
    }

    /// <summary>Whether the last complete list of the account names it; <see langword="null"/> while no list has been read.</summary>
    public bool? IsListed { get; init; }

    /// <summary>
    /// Whether a complete list that should name it no longer does: it is not polled, its values age out, and its pages are not probed.
    /// </summary>
    public bool IsDelisted { get; init; }

    /// <summary>Steps with a name, each once.</summary>
    public ImmutableArray<(string StepId, string Name)> StepNames
    {
        get;
        init => field = Labels(value);
    } = [];

    public PollHealth Health { get; init; } = PollHealth.Untried;

    /// <summary>What the last complete walk found; <see langword="null"/> before the first one.</summary>
    public CampaignData? Data { get; init; }

    /// <summary>The data as long as it may be served.</summary>
    /// <param name="now">The time of the scrape.</param>
    /// <param name="maxAge">Age at which last-known values go.</param>
    public CampaignData? ServableData(DateTimeOffset now, TimeSpan maxAge) =>
        Data is not null && Health.LastSuccess is { } last && now - last <= maxAge && !ClockReading.IsAhead(last, now) ? Data : null;

    /// <summary>The same after the clock was set, see <see cref="ClockReading"/>.</summary>
    /// <param name="by">How far.</param>
    /// <param name="now">The time that it shows now.</param>
    public CampaignSnapshot ShiftBy(TimeSpan by, DateTimeOffset now) =>
        this with
        {
            NextPoll = NextPoll + by,
            Health = Health.ShiftBy(by, now),
            Data = Data is null ? null : Data with { Links = Data.Links.ShiftBy(by, now), LastChange = Data.LastChange + by },
        };

    /// <summary>What a former run saved, as this run begins with it.</summary>
    /// <param name="missingGrace">No vanished link is shown longer.</param>
    /// <param name="now">The time.</param>
    public CampaignSnapshot Resumed(TimeSpan missingGrace, DateTimeOffset now) =>
        this with
        {
            Health = Health.ShiftBy(TimeSpan.Zero, now),
            Data = Data is null ? null : Data with { Links = Data.Links.Resumed(missingGrace, now) },
        };

    /// <summary>
    /// The same campaign with what a former run of the program knew of it: its data and their age. How this run's attempts went stays.
    /// </summary>
    public CampaignSnapshot WithSaved(CampaignSnapshot saved) =>
        this with
        {
            Data = saved.Data,
            Name = Name ?? saved.Name,
            Status = Status ?? saved.Status,
            StepNames = [.. StepNames.Concat(saved.StepNames).DistinctBy(step => step.StepId, StringComparer.Ordinal)],
            Health = Health.Attempts == 0 ? saved.Health : Health.WithLastSuccess(saved.Health.LastSuccess),
        };

    /// <summary>The very same when all of it can stand in labels: what shows it is kept as long as it stays the same.</summary>
    private static ImmutableArray<(string StepId, string Name)> Labels(ImmutableArray<(string StepId, string Name)> names)
    {
        ImmutableArray<(string StepId, string Name)> labels =
        [
            .. names.Select(static step => (LabelValue.Sanitize(step.StepId), LabelValue.Sanitize(step.Name))),
        ];
        return labels.SequenceEqual(names) ? names : [.. labels.DistinctBy(static step => step.StepId, StringComparer.Ordinal)];
    }
}
