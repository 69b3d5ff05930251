using System.Collections.Immutable;

namespace Exporter.Snapshots;

/// <summary>The state of one account that a former run left.</summary>
/// <param name="Campaigns">The campaigns that can be read, except those that were over.</param>
/// <param name="Damaged">
/// The ids of the campaigns whose rows are damaged. None of their values are served, and the next save repairs them.
/// </param>
/// <param name="Damage">Why reading ended early: the file itself is damaged; <see langword="null"/> when reading went to the end.</param>
internal sealed record SavedAccount(ImmutableArray<CampaignSnapshot> Campaigns, ImmutableArray<string> Damaged, Exception? Damage)
{
    public static readonly SavedAccount Nothing = new([], [], Damage: null);

    /// <summary>An account whose saved state could not be read, so that its content is unknown.</summary>
    public static readonly SavedAccount Unread = Nothing with { LandingPagesAsSaved = SavedLandingPages.Damaged };

    /// <summary>The state of the landing pages, as it was saved.</summary>
    public SavedLandingPages LandingPagesAsSaved { get; init; }

    /// <summary>Whether everything that was written could be read unchanged.</summary>
    public bool IsWhole => Damaged.IsEmpty && Damage is null && LandingPagesAsSaved != SavedLandingPages.Damaged;

    /// <summary>The state of the landing pages, as far as it is reliable: damaged unless everything could be read.</summary>
    public SavedLandingPages LandingPages => IsWhole ? LandingPagesAsSaved : SavedLandingPages.Damaged;
}
