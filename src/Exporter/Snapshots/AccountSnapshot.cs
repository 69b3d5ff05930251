using System.Collections.Immutable;

namespace Exporter.Snapshots;

/// <summary>One account and its campaigns.</summary>
internal sealed record AccountSnapshot
{
    public AccountIdentity Identity { get; init; } = AccountIdentity.None;

    /// <summary>
    /// The identity under which the store may hold state of this account that could not be read yet; <see langword="null"/> when none is
    /// waited for. Nothing of the account is saved before.
    /// </summary>
    public AccountIdentity? Awaited { get; init; }

    /// <summary>The clock reading that this account's moments refer to; <see langword="null"/> before a loop has taken one.</summary>
    public ClockReading? Clock { get; init; }

    /// <summary>The value of the label <c>account</c>; <see langword="null"/> when the label is absent.</summary>
    public string? Name { get; init; }

    /// <summary>Whether the API accepted the key in the last request that could tell; <see langword="null"/> before one could.</summary>
    public bool? KeyAccepted { get; init; }

    /// <summary>Whether at least one poll or list of the account has been tried, successfully or not.</summary>
    public bool IsTried { get; init; }

    /// <summary>
    /// The requests that a cycle needs, divided by the requests that the budget allows in an interval; <see langword="null"/> before the
    /// first poll.
    /// </summary>
    public double? BudgetUtilization { get; init; }

    /// <summary>The health of the walks over the account's lists, for each kind that is discovered.</summary>
    public ImmutableSortedDictionary<CampaignKind, PollHealth> Discovery { get; init; } =
        ImmutableSortedDictionary<CampaignKind, PollHealth>.Empty;

    /// <summary>The number of rows without a usable id in the last complete walk of each list.</summary>
    public ImmutableSortedDictionary<CampaignKind, int> SkippedRows { get; init; } = ImmutableSortedDictionary<CampaignKind, int>.Empty;

    /// <summary>
    /// The ids in the last complete walk of each list that are not polled because another campaign is configured to be called so.
    /// </summary>
    public ImmutableSortedDictionary<CampaignKind, ImmutableArray<string>> Namesakes { get; init; } =
        ImmutableSortedDictionary<CampaignKind, ImmutableArray<string>>.Empty;

    /// <summary>
    /// The kinds whose last complete list had a row without any id. Such a row may be any campaign that the list does not name.
    /// </summary>
    public ImmutableSortedSet<CampaignKind> NamelessIn { get; init; } = [];

    public ImmutableArray<CampaignSnapshot> Campaigns { get; init; } = [];

    /// <summary>
    /// Campaigns that a former run discovered and whose values are too old to serve. They stay until a list of this run shows what still
    /// exists. Only <c>/sd/links</c> shows them.
    /// </summary>
    public ImmutableArray<CampaignSnapshot> Remembered { get; init; } = [];

    /// <summary>
    /// Whether this run or the saved state has ever known the account's landing pages; <c>/sd/links</c> answers 503 before that.
    /// </summary>
    public bool AreLandingPagesKnown { get; init; }

    /// <summary>The state of the landing pages that will be saved. When none are shown, none are known.</summary>
    public SavedLandingPages LandingPages { get; init; }

    /// <summary>Returns how far the time of day was set since the account's moments were recorded.</summary>
    public TimeSpan SetBy(ClockReading reading, TimeProvider time) => Clock?.SetBy(reading, time) ?? TimeSpan.Zero;

    /// <summary>Returns the account as it looks after the clock was set, see <see cref="ClockReading"/>.</summary>
    public AccountSnapshot ShiftBy(TimeSpan by, ClockReading reading) =>
        this with
        {
            Clock = reading,
            Discovery = Discovery.ToImmutableSortedDictionary(list => list.Key, list => list.Value.ShiftBy(by, reading.Time)),
            Campaigns = [.. Campaigns.Select(campaign => campaign.ShiftBy(by, reading.Time))],
        };
}
