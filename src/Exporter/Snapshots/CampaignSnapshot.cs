using System.Collections.Immutable;

namespace Exporter.Snapshots;

/// <summary>The present knowledge of one automation or Single Send. Each attempt makes a new snapshot.</summary>
internal sealed record CampaignSnapshot
{
    public required CampaignKind Kind { get; init; }

    public required string Id { get; init; }

    public CampaignKey Key => new(Kind, Id);

    /// <summary>The value of the label <c>automation</c> or <c>singlesend</c>: the configured name, or the id without one.</summary>
    public required string Label { get; init; }

    /// <summary>The poll interval in force; zero for what was saved and is not polled.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>
    /// The start of the next attempt. It is in the past while an attempt runs or waits for a free place, and <see langword="null"/> when
    /// none is planned.
    /// </summary>
    public DateTimeOffset? NextPoll { get; init; }

    /// <summary>
    /// The campaign's name in the API, for the info metric; <see langword="null"/> when the API was not asked or gave none.
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

    /// <summary>Whether the last complete list of the account names the campaign; <see langword="null"/> before a list was read.</summary>
    public bool? IsListed { get; init; }

    /// <summary>
    /// Whether a complete list that should name the campaign no longer does. Such a campaign is not polled, its values expire, and its
    /// pages are not probed.
    /// </summary>
    public bool IsDelisted { get; init; }

    /// <summary>
    /// The named steps, each once: of two names of one step the first. The ids are written as those who gave the names write them, see <see
    /// cref="ShownSteps"/>.
    /// </summary>
    public ImmutableArray<(string StepId, string Name)> StepNames
    {
        get;
        init => field = Labels(value);
    } = [];

    /// <summary>Those of the names of steps that the API told, whether or not the configuration has another one for a step.</summary>
    public ImmutableArray<(string StepId, string Name)> ToldSteps
    {
        get;
        init => field = Labels(value);
    } = [];

    /// <summary>The time at which a Single Send was sent, as its list told it; <see langword="null"/> when unknown.</summary>
    public DateTimeOffset? SentAt { get; init; }

    public PollHealth Health { get; init; } = PollHealth.Untried;

    /// <summary>The result of the last complete walk; <see langword="null"/> before the first one.</summary>
    public CampaignData? Data { get; init; }

    /// <summary>
    /// Returns the named steps with each id as the last walk wrote it, so that it is equal to the label of the step's other series.
    /// </summary>
    public IEnumerable<(string StepId, string Name)> ShownSteps()
    {
        if (StepNames.IsEmpty || Data is null)
        {
            return StepNames;
        }

        var seen = Data
            .Links.Links.Select(static link => link.Email)
            .Concat(Data.Statistics.Select(static email => email.Email))
            .Select(static email => email.StepOrVariation)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToLookup(static step => step, Ids.Comparer);
        return StepNames.SelectMany(step =>
            seen.Contains(step.StepId) ? seen[step.StepId].Select(written => (written, step.Name)) : [(step.StepId, step.Name)]
        );
    }

    /// <summary>Returns the name of a step; <see langword="null"/> when none is known.</summary>
    public string? NameOfStep(string step) => StepNames.FirstOrDefault(named => Ids.AreSame(named.StepId, step)).Name;

    /// <summary>Returns the data while it may be served.</summary>
    /// <param name="maxAge">The age at which last-known values stop being served.</param>
    public CampaignData? ServableData(DateTimeOffset now, TimeSpan maxAge) =>
        Data is not null && Health.LastSuccess is { } last && now - last <= maxAge && !ClockReading.IsAhead(last, now) ? Data : null;

    /// <summary>Returns the campaign as it looks after the clock was set, see <see cref="ClockReading"/>.</summary>
    /// <param name="by">How far the clock was set.</param>
    /// <param name="now">The time that the clock shows after that.</param>
    public CampaignSnapshot ShiftBy(TimeSpan by, DateTimeOffset now) =>
        this with
        {
            NextPoll = NextPoll.ShiftedBy(by),
            SentAt = SentAt.ShiftedBy(by),
            Health = Health.ShiftBy(by, now),
            Data = Data is null ? null : Data with { Links = Data.Links.ShiftBy(by, now), LastChange = Data.LastChange?.ShiftBy(by) },
        };

    /// <summary>Returns the state that a former run saved, prepared as the start of this run.</summary>
    /// <param name="missingGrace">The longest time from now that a vanished link is still shown.</param>
    public CampaignSnapshot Resumed(TimeSpan missingGrace, DateTimeOffset now) =>
        this with
        {
            Health = Health.ShiftBy(TimeSpan.Zero, now),
            Data = Data is null ? null : Data with { Links = Data.Links.Resumed(missingGrace, now) },
        };

    /// <summary>Returns this campaign with the data and their age from a former run. The record of this run's attempts stays.</summary>
    public CampaignSnapshot WithSaved(CampaignSnapshot saved) =>
        this with
        {
            Data = saved.Data,
            Name = Name ?? saved.Name,
            Status = Status ?? saved.Status,
            StepNames = [.. StepNames.Concat(saved.ToldSteps)],
            ToldSteps = [.. ToldSteps.Concat(saved.ToldSteps)],
            SentAt = SentAt ?? saved.SentAt,
            Health = Health.Attempts == 0 ? saved.Health : Health.WithLastSuccess(saved.Health.LastSuccess),
        };

    /// <summary>Returns this campaign with the names of its steps. Configured ones win.</summary>
    public CampaignSnapshot WithSteps(
        ImmutableArray<(string StepId, string Name)> configured,
        ImmutableArray<(string StepId, string Name)> told
    ) => this with { StepNames = [.. configured.Concat(told)], ToldSteps = told };

    /// <summary>
    /// Returns the very same array when every text can stand in a label, so that output built from it can be reused while it stays the
    /// same.
    /// </summary>
    private static ImmutableArray<(string StepId, string Name)> Labels(ImmutableArray<(string StepId, string Name)> names)
    {
        ImmutableArray<(string StepId, string Name)> labels =
        [
            .. names.Select(static step => (LabelValue.Sanitize(step.StepId), LabelValue.Sanitize(step.Name))),
        ];
        labels = [.. labels.DistinctBy(static step => step.StepId, Ids.Comparer)];
        return labels.SequenceEqual(names) ? names : labels;
    }
}
