using Exporter.SendGrid;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>
/// When the pages of an account may be told (<c>/sd/links</c>). Prometheus drops what an answer leaves out, and keeps what it has while there is
/// none: so nothing is told as long as only a failure, or a walk that is still to come, could be why a page is missing.
/// </summary>
internal static class PageKnowledge
{
    /// <summary>In the place of a list that is not asked.</summary>
    private static readonly PollHealth NotAsked = PollHealth.Untried.Succeeded(DateTimeOffset.UnixEpoch, TimeSpan.Zero, pages: 0);

    /// <summary>What the saved state knows of an account's pages.</summary>
    /// <param name="restored">What of it is still asked for.</param>
    /// <param name="isWhole">Whether all that was saved of it could be read.</param>
    public static SavedPages OfSaved(IEnumerable<CampaignSnapshot> restored, bool isWhole) =>
        !isWhole ? SavedPages.Damaged
        : restored.Any(IsKnown) ? SavedPages.Whole
        : SavedPages.None;

    /// <summary>
    /// Whether all is known that can be known now. Once it is, it is for good: what fails later takes no page away.
    /// </summary>
    /// <remarks>
    /// Without saved state that is when the list has been read, where it is asked, and each automation has been walked or fails for itself: such a
    /// one does not hold up the pages of the others. When all fail, it is the account that is not known. One whose saved walk is damaged may have
    /// been told before, so then all must be walked.
    /// </remarks>
    /// <param name="plan">What is asked for.</param>
    /// <param name="account">What is known.</param>
    /// <param name="saved">What was saved of its pages.</param>
    /// <param name="failsForItself">Whether an automation does, by its id; see <see cref="FailedForItself"/>.</param>
    public static bool IsComplete(AccountPlan plan, AccountSnapshot account, SavedPages saved, Predicate<string> failsForItself)
    {
        if (plan.Links.Url is UrlDisplay.None or UrlDisplay.Host || saved == SavedPages.Whole)
        {
            return true;
        }

        var automations = account.Campaigns.Where(static campaign => campaign is { Kind: CampaignKind.Automation, IsDelisted: false }).ToList();
        return account.Discovery.GetValueOrDefault(CampaignKind.Automation, NotAsked).LastSuccess is not null
            && automations.TrueForAll(automation => IsKnown(automation) || (saved != SavedPages.Damaged && failsForItself(automation.Id)))
            && (automations.Count == 0 || automations.Exists(IsKnown));
    }

    /// <summary>
    /// Whether an attempt failed for what it asked about, and not because the account could not be asked: it began when another automation of the
    /// account had been walked, and neither the key nor the rate limit, which are of all of them, was why.
    /// </summary>
    public static bool FailedForItself(ApiErrorKind error, bool hadBegunWell) =>
        hadBegunWell && error is not (ApiErrorKind.Unauthorized or ApiErrorKind.RateLimited or ApiErrorKind.Canceled);

    /// <summary>Whether the account has been seen to work: an automation of it has been walked completely, by this run or a former one.</summary>
    public static bool IsSeenToWork(AccountSnapshot account) => account.Campaigns.Any(IsKnown);

    private static bool IsKnown(CampaignSnapshot campaign) => campaign is { Kind: CampaignKind.Automation, IsDelisted: false, Data: not null };
}

/// <summary>What the saved state knows of an account's pages.</summary>
internal enum SavedPages
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Some of it cannot be read.</summary>
    Damaged,

    /// <summary>Every page that was told before.</summary>
    Whole,
}
