using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>
/// When the pages of an account may be told (<c>/sd/links</c>). Prometheus drops what an answer leaves out, and keeps what it has while
/// there is none: so nothing is told as long as only a failure, or a walk that is still to come, could be why a page is missing.
/// </summary>
internal static class PageKnowledge
{
    /// <summary>In the place of a list that is not asked.</summary>
    private static readonly PollHealth NotAsked = PollHealth.Untried.Succeeded(DateTimeOffset.UnixEpoch, TimeSpan.Zero, pages: 0);

    /// <summary>
    /// Whether all is known that can be known now. Once it is, it is as long as pages are shown: what fails later takes none away.
    /// </summary>
    /// <remarks>
    /// Without saved state that is when the list has been read, where it is asked, and each automation has been walked, or all that fail
    /// now fail for themselves: such a one does not hold up the pages of the others. When all fail, it is the account that is not known.
    /// What is damaged in the saved state may have been told before, so then all must be walked, of a list without a nameless row; and that
    /// the API knows nothing of an automation (404) does not say that it had no pages.
    /// </remarks>
    /// <param name="account">What is known.</param>
    /// <param name="saved">What was saved of its pages.</param>
    /// <param name="failsForItself">
    /// Whether an automation does, by its id, see <see cref="FailedAlone"/>; <see langword="null"/> when its last attempt did not fail, or
    /// there was none.
    /// </param>
    public static bool IsComplete(AccountSnapshot account, SavedPages saved, Func<string, bool?> failsForItself)
    {
        if (saved == SavedPages.Whole)
        {
            return true;
        }

        var automations = account.Campaigns.Where(static campaign => campaign is { Kind: CampaignKind.Automation, IsDelisted: false });
        return account.Discovery.GetValueOrDefault(CampaignKind.Automation, NotAsked).LastSuccess is not null
            && (
                saved == SavedPages.Damaged
                    ? !account.NamelessIn.Contains(CampaignKind.Automation)
                        && automations.All(static automation => IsKnown(automation) && !automation.Data!.IsAbsent)
                    : automations.All(IsKnown)
                        || (automations.Any(IsKnown) && automations.All(automation => failsForItself(automation.Id) ?? IsKnown(automation)))
            );
    }

    /// <summary>Whether its pages were told by a walk, and no configuration has hidden them since.</summary>
    private static bool IsKnown(CampaignSnapshot campaign) => campaign.Data is { } data && data.Links.Display.HasPages();
}
