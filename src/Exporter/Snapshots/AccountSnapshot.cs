using System.Collections.Immutable;

namespace Exporter.Snapshots;

/// <summary>One account and its campaigns.</summary>
internal sealed record AccountSnapshot
{
    public AccountIdentity Identity { get; init; } = AccountIdentity.None;

    /// <summary>A reading of the clock by which its moments are told; <see langword="null"/> while no loop has taken one.</summary>
    public ClockReading? Clock { get; init; }

    /// <summary>Value of the label <c>account</c>; <see langword="null"/> when the label is absent.</summary>
    public string? Name { get; init; }

    /// <summary>Whether the API accepted the key when it could last tell; <see langword="null"/> until then.</summary>
    public bool? KeyAccepted { get; init; }

    /// <summary>Whether something of it has been tried, successfully or not.</summary>
    public bool IsTried { get; init; }

    /// <summary>
    /// Requests that a cycle needs ÷ requests that the budget gives in an interval; <see langword="null"/> before anything was polled.
    /// </summary>
    public double? BudgetUtilization { get; init; }

    /// <summary>How the walks of the lists that name what is polled went, for each kind that is discovered.</summary>
    public ImmutableSortedDictionary<CampaignKind, PollHealth> Discovery { get; init; } =
        ImmutableSortedDictionary<CampaignKind, PollHealth>.Empty;

    /// <summary>Rows of the last complete walk of each list that had no usable id.</summary>
    public ImmutableSortedDictionary<CampaignKind, int> SkippedRows { get; init; } = ImmutableSortedDictionary<CampaignKind, int>.Empty;

    /// <summary>
    /// The kinds whose last complete list had a row without any id, which may be any campaign that the list does not name.
    /// </summary>
    public ImmutableSortedSet<CampaignKind> NamelessIn { get; init; } = [];

    public ImmutableArray<CampaignSnapshot> Campaigns { get; init; } = [];

    /// <summary>
    /// What a former run discovered, too long ago to be served, until a list of this run says what is still there. Only its pages are told.
    /// </summary>
    public ImmutableArray<CampaignSnapshot> Remembered { get; init; } = [];

    /// <summary>Whether its pages have ever been known, by this run or the saved state: before that nothing is said of any.</summary>
    public bool ArePagesKnown { get; init; }

    /// <summary>What is to be saved of that; where no page is shown, nothing is known of any.</summary>
    public SavedPages Pages { get; init; }

    /// <summary>How far the time of day was set since its moments were told.</summary>
    public TimeSpan SetBy(ClockReading reading, TimeProvider time) => Clock?.SetBy(reading, time) ?? TimeSpan.Zero;

    /// <summary>The same after the clock was set, see <see cref="ClockReading"/>.</summary>
    public AccountSnapshot ShiftBy(TimeSpan by, ClockReading reading) =>
        this with
        {
            Clock = reading,
            Discovery = Discovery.ToImmutableSortedDictionary(list => list.Key, list => list.Value.ShiftBy(by, reading.Time)),
            Campaigns = [.. Campaigns.Select(campaign => campaign.ShiftBy(by, reading.Time))],
        };
}
