using System.Collections.Immutable;

namespace Exporter.Snapshots;

/// <summary>What a former run of the program left of one account.</summary>
/// <param name="Campaigns">The campaigns that can be read, but for those that were over.</param>
/// <param name="Damaged">The ids of those that are not what was written: nothing of them is served, and the next save mends them.</param>
/// <param name="Damage">Why reading ended early: the file itself is bad; <see langword="null"/> when it did not.</param>
internal sealed record SavedAccount(ImmutableArray<CampaignSnapshot> Campaigns, ImmutableArray<string> Damaged, Exception? Damage)
{
    public static readonly SavedAccount Nothing = new([], [], Damage: null);

    /// <summary>Of an account whose saved state could not be read: what it holds is not known.</summary>
    public static readonly SavedAccount Unread = Nothing with { Told = SavedPages.Damaged };

    /// <summary>What was written of its pages.</summary>
    public SavedPages Told { get; init; }

    /// <summary>Whether it is all that was written, and was so then.</summary>
    public bool IsWhole => Damaged.IsEmpty && Damage is null && Told != SavedPages.Damaged;

    /// <summary>What can be believed of its pages.</summary>
    public SavedPages Pages => IsWhole ? Told : SavedPages.Damaged;
}
