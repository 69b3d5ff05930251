using Exporter.SendGrid;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>What the poll loop remembers of one campaign. Only the loop of its account touches it.</summary>
internal sealed class PolledCampaign(CampaignDefinition identity, DateTimeOffset firstDue)
{
    private int _stillPolls;
    private bool _isChangeSaved;
    private int _answersBefore;

    public CampaignDefinition Identity { get; private set; } = identity;

    public CampaignKind Kind => Identity.Kind;

    public string Id => Identity.Id;

    /// <summary>Value of the label <c>automation</c> or <c>singlesend</c>.</summary>
    public string Label => Identity.Label;

    /// <summary>The interval in force.</summary>
    public TimeSpan Interval { get; private set; } = identity.Interval;

    public DateTimeOffset Due { get; set; } = firstDue;

    /// <summary>Until when the API itself wants it to be left alone, if it has named a time.</summary>
    public DateTimeOffset? NotBefore { get; set; }

    public bool IsRunning { get; set; }

    public DateTimeOffset? LastStarted { get; set; }

    /// <summary>
    /// When it was last really asked for, by when it was due: while the account is refused most attempts take the answer of another one.
    /// </summary>
    public DateTimeOffset? LastAsked { get; set; }

    /// <summary>How it has failed since its last success; <see langword="null"/> while it does not.</summary>
    public FailedAlone? Failing { get; private set; }

    public bool IsTried { get; private set; }

    /// <summary>How the last attempt failed; <see langword="null"/> before the first one and after a success.</summary>
    public ApiErrorKind? LastError { get; private set; }

    /// <summary>When it began to fail; <see langword="null"/> while it does not.</summary>
    public DateTimeOffset? FailingSince { get; private set; }

    /// <summary>Whether the log has told that it fails, and not yet that it does no longer.</summary>
    public bool TroubleTold { get; set; }

    public DateTimeOffset? LastSuccess { get; private set; }

    /// <summary>See <see cref="CampaignData.LastChange"/>.</summary>
    public DateTimeOffset? LastChange { get; private set; }

    /// <summary>Pages that a complete attempt takes, for the budget; 0 before the first one.</summary>
    public int Pages { get; private set; }

    /// <summary>Whether a walk of its links ever had rows: from then on a 404 is a failure, not "no data yet".</summary>
    public bool HadLinks { get; private set; }

    /// <summary>The same for its statistics.</summary>
    public bool HadStatistics { get; private set; }

    /// <summary>Whether a complete walk of it was ever seen, by this run or a former one.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>
    /// Whether the list named it when it was last walked, so that it stays when the configuration lists it no longer;
    /// <see langword="null"/> while
    /// that is not known.
    /// </summary>
    public bool? IsOnList { get; set; }

    /// <summary>When a Single Send was sent; <see langword="null"/> when unknown.</summary>
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>Since when the list no longer names it; it is not polled then and its values age out.</summary>
    public DateTimeOffset? DelistedAt { get; set; }

    /// <summary>The age of what a delisted campaign leaves behind counts from here; <see langword="null"/> while it is listed.</summary>
    public DateTimeOffset? LastSeen => DelistedAt is null ? null : LastSuccess ?? DelistedAt;

    /// <summary>An attempt begins.</summary>
    /// <param name="answers">How many complete walks of automations this run has had in this account before.</param>
    /// <param name="now">The time.</param>
    public void Began(int answers, DateTimeOffset now) => (IsRunning, LastStarted, _answersBefore) = (true, now, answers);

    /// <summary>Remembers how an attempt ended.</summary>
    /// <param name="outcome">The attempt.</param>
    /// <param name="changed">Whether it found other numbers than the one before.</param>
    /// <param name="options">For the interval that follows from it.</param>
    /// <param name="answers">How many complete walks of automations this run has had in this account by then.</param>
    /// <param name="now">Its end.</param>
    public void Took(PollOutcome outcome, bool changed, PollOptions options, int answers, DateTimeOffset now)
    {
        IsTried = true;
        Failing = outcome.Error is null ? null : FailedAlone.After(Failing, _answersBefore, answers);
        LastError = outcome.Error?.Kind;
        FailingSince = outcome.Error is null ? null : FailingSince ?? now;
        if (outcome.Found is not { } found)
        {
            return;
        }

        // What a first look finds may have stood still since the email was sent.
        (LastChange, _isChangeSaved) = !changed ? (LastChange, _isChangeSaved) : (LastSuccess is null ? SentAt ?? now : now, false);
        _stillPolls = changed ? 0 : _stillPolls + 1;
        (IsKnown, LastSuccess) = (true, now);
        Pages = outcome.Pages;
        HadLinks |= found.Links.Count > 0;
        HadStatistics |= found.Statistics.Length > 0;
        Interval = InForce(options, now);
    }

    /// <summary>Goes on as what the configuration says of it now, under the same id.</summary>
    public void Adopt(CampaignDefinition next, PollOptions options, DateTimeOffset now)
    {
        (Identity, DelistedAt) = (next, next.IsConfigured ? null : DelistedAt);
        Interval = InForce(options, now);
    }

    /// <summary>
    /// The wait is never longer than the interval in force: what was planned by a longer one comes earlier, but not before a time that the
    /// API has named.
    /// </summary>
    public void NoLaterThan(DateTimeOffset due)
    {
        due = NotBefore > due ? NotBefore.Value : due;
        Due = due < Due ? due : Due;
    }

    /// <summary>The clock was set, see <see cref="ClockReading"/>.</summary>
    /// <param name="by">How far.</param>
    /// <param name="lastSuccess">What is to be said of the last success now.</param>
    public void ClockMoved(TimeSpan by, DateTimeOffset? lastSuccess)
    {
        (Due, NotBefore, LastStarted, LastAsked) = (Due + by, NotBefore + by, LastStarted + by, LastAsked + by);
        (FailingSince, SentAt, DelistedAt, LastSuccess) = (FailingSince + by, SentAt + by, DelistedAt + by, lastSuccess);
        LastChange = _isChangeSaved ? LastChange : LastChange + by;
    }

    /// <summary>Remembers what a former run of the program saw, so that a restart is no first look.</summary>
    public void Resume(CampaignSnapshot saved, PollOptions options, DateTimeOffset now)
    {
        (IsKnown, LastSuccess) = (saved.Data is not null, saved.Health.LastSuccess);
        Pages = saved.Health.Pages;
        HadLinks = saved.Data?.Links is { Links.Length: > 0 } or { Vanished.Length: > 0 };
        HadStatistics = saved.Data?.Statistics.Length > 0;
        (LastChange, _isChangeSaved) = (saved.Data?.LastChange ?? LastSuccess, true);

        // So many polls found nothing new, as far as they succeeded; the next one that does ends the stretching.
        _stillPolls =
            LastSuccess - LastChange is { } still && still > TimeSpan.Zero
                ? (int)Math.Min(still / Identity.Interval, AdaptiveInterval.UnchangedPollsBeforeSlowdown * 2)
                : 0;
        Interval = InForce(options, now);
    }

    private TimeSpan InForce(PollOptions options, DateTimeOffset now) =>
        Kind == CampaignKind.Automation
            ? AdaptiveInterval.OfAutomation(Identity.Interval, options.IdleInterval, _stillPolls)
            : AdaptiveInterval.OfSingleSend(Identity.Interval, now - LastChange, options.MaxAge);

    /// <summary>The public face before the first attempt of this run.</summary>
    /// <param name="saved">What a former run knew. Names in the configuration win over those it was told.</param>
    public CampaignSnapshot Untried(CampaignSnapshot? saved = null) =>
        new()
        {
            Kind = Kind,
            Id = Id,
            Label = Label,
            Interval = Interval,
            StepNames = [.. Identity.StepNames.Concat(saved?.StepNames ?? []).DistinctBy(step => step.StepId, StringComparer.Ordinal)],
            Name = saved?.Name,
            Status = saved?.Status,
            Health = saved?.Health ?? PollHealth.Untried,
            Data = saved?.Data,
        };
}
