using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>
/// Decides when <c>/sd/links</c> may list the pages of an account. Prometheus drops targets that an answer leaves out, and keeps its
/// targets while there is no answer. So there is none as long as a page may be missing only because of a failure or a walk that is still to
/// come.
/// </summary>
internal static class LandingPageKnowledge
{
    /// <summary>Stands for a list that is not asked for.</summary>
    private static readonly PollHealth NotAsked = PollHealth.Untried.Succeeded(DateTimeOffset.UnixEpoch, TimeSpan.Zero, pages: 0);

    /// <summary>
    /// Whether everything is known that can be known now. Once it is, it stays so: later failures take no page away.
    /// </summary>
    /// <remarks>
    /// <para>
    /// Without saved state: when the list has been read (where it is asked for) and each automation has been walked. An automation that
    /// fails by itself does not hold up the pages of the others; when all fail, nothing is known about the account. Example: of three
    /// automations one answers 500 for ever; once the other two are walked, all is known that can be.
    /// </para>
    /// <para>
    /// With damaged saved state, pages may be missing that were listed before. Then every automation must be walked, after a list without a
    /// nameless row, and a 404 for an automation does not prove that it had no pages.
    /// </para>
    /// </remarks>
    /// <param name="account">What is known.</param>
    /// <param name="saved">The knowledge of the saved state about its landing pages.</param>
    /// <param name="unknown">
    /// The automations that are not <see cref="IsKnown"/>. After a start these are nearly all, and the first one decides: the others are
    /// looked at only when these few fail by themselves.
    /// </param>
    /// <param name="failsForItself">
    /// Whether the automation with an id fails by itself, see <see cref="FailedAlone"/>; <see langword="null"/> when its last attempt did
    /// not fail or there was none.
    /// </param>
    public static bool IsComplete(
        AccountSnapshot account,
        SavedLandingPages saved,
        IEnumerable<CampaignSnapshot> unknown,
        Func<string, bool?> failsForItself
    )
    {
        if (saved == SavedLandingPages.Whole)
        {
            return true;
        }

        if (account.Discovery.GetValueOrDefault(CampaignKind.Automation, NotAsked).LastSuccess is null)
        {
            return false;
        }

        if (saved == SavedLandingPages.Damaged)
        {
            return !account.NamelessIn.Contains(CampaignKind.Automation)
                && !unknown.Any()
                && Automations(account).All(static automation => !automation.Data!.IsAbsent);
        }

#pragma warning disable CA1851 // It is a part of the table, and nothing is computed to enumerate it.
        return !unknown.Any()
            || (
                unknown.All(automation => failsForItself(automation.Id) == true)
                && Automations(account).Any(IsKnown)
                && Automations(account).All(automation => failsForItself(automation.Id) ?? true)
            );
#pragma warning restore CA1851
    }

    /// <summary>Whether a walk found its pages, and no configuration has hidden them since.</summary>
    public static bool IsKnown(CampaignSnapshot campaign) => campaign.Data is { } data && data.Links.Display.HasLandingPages();

    private static IEnumerable<CampaignSnapshot> Automations(AccountSnapshot account) =>
        account.Campaigns.Where(static campaign => campaign is { Kind: CampaignKind.Automation, IsDelisted: false });
}
