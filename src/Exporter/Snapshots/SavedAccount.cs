using System.Collections.Immutable;

namespace Exporter.Snapshots;

/// <summary>
/// The state of one account as it was saved, or would be. Whoever uses it decides what the configuration in force at that moment shows of
/// it.
/// </summary>
/// <param name="Campaigns">The campaigns that can be read, each once, except those that were over.</param>
/// <param name="Damaged">
/// The ids of the campaigns whose rows are damaged. None of their values are served, and the next save repairs them.
/// </param>
/// <param name="Damage">Why reading ended early: the file itself is damaged; <see langword="null"/> when reading went to the end.</param>
internal sealed record SavedAccount(ImmutableArray<CampaignSnapshot> Campaigns, ImmutableArray<string> Damaged, Exception? Damage)
{
    public static readonly SavedAccount Nothing = new([], [], Damage: null);

    /// <summary>An account whose saved state could not be read, so that its content is unknown.</summary>
    public static readonly SavedAccount Unread = Nothing with { MayHoldMore = true, LandingPagesAsSaved = SavedLandingPages.Damaged };

    /// <summary>An account without a store where one belongs. One may appear there, as on a disk that is mounted late.</summary>
    public static readonly SavedAccount NoStore = Nothing with { MayHoldMore = true };

    /// <summary>Whether the store may hold more than this: it is to be read again.</summary>
    public bool MayHoldMore { get; init; }

    /// <summary>Whether this run has saved it, or has it from memory: then it says nothing of a former run.</summary>
    public bool IsOfThisRun { get; init; }

    /// <summary>Whether this is something to go by.</summary>
    public bool IsRead => !MayHoldMore || !Campaigns.IsEmpty;

    /// <summary>The state of the landing pages, as it was saved.</summary>
    public SavedLandingPages LandingPagesAsSaved { get; init; }

    /// <summary>Whether everything that was written could be read unchanged.</summary>
    public bool IsWhole => Damaged.IsEmpty && Damage is null && LandingPagesAsSaved != SavedLandingPages.Damaged;

    /// <summary>
    /// The state of the landing pages, as far as it is reliable: damaged unless everything could be read. Automations that were walked
    /// while no pages were shown must be walked again before their pages are known.
    /// </summary>
    /// <param name="shown">The part of each URL that is shown now.</param>
    public SavedLandingPages LandingPagesUnder(UrlDisplay shown) =>
        !IsWhole ? SavedLandingPages.Damaged
        : LandingPagesAsSaved == SavedLandingPages.Whole && shown.HasLandingPages() && Campaigns.Any(HidesPages) ? SavedLandingPages.None
        : LandingPagesAsSaved;

    /// <summary>
    /// Returns this, which could not be saved yet, with what only the store knows. As after a save, a campaign that this has not is over:
    /// it was removed. Unless this itself waits for what the store knows.
    /// </summary>
    public SavedAccount Over(SavedAccount stored)
    {
        var known = Campaigns.Select(static campaign => campaign.Key).ToHashSet();
        var others = stored.Campaigns.Where(campaign => !known.Contains(campaign.Key));
        return this with { Campaigns = [.. Campaigns, .. others.Select(other => MayHoldMore ? other : other with { IsDelisted = true })] };
    }

    /// <summary>Returns this as it looks after the clock was set back.</summary>
    /// <param name="by">How far, below zero.</param>
    /// <param name="now">The time that the clock shows after that.</param>
    public SavedAccount SetBackBy(TimeSpan by, DateTimeOffset now) =>
        this with
        {
            Campaigns = [.. Campaigns.Select(saved => saved.ShiftBy(by, now) with { Health = saved.Health.SavedEarlierBy(by) })],
        };

    private static bool HidesPages(CampaignSnapshot campaign) =>
        campaign is { Kind: CampaignKind.Automation, IsDelisted: false, Data: { } data } && !data.Links.Display.HasLandingPages();
}
