using Exporter.Snapshots;

namespace Exporter.Web;

/// <summary>Finds the automation that a request names by its label or by its id.</summary>
internal static class AutomationLookup
{
    /// <summary>
    /// Returns the automations that a word may mean: those called or identified by exactly this word, and only without one those whose id
    /// differs in case. So the label and the id of a metric always find their automation, whatever others are called. Within an account
    /// there is at most one; several are of several accounts.
    /// </summary>
    /// <param name="account">Its name; empty for any account.</param>
    public static IReadOnlyList<(AccountSnapshot Account, CampaignSnapshot Campaign)> Find(
        IEnumerable<AccountSnapshot> accounts,
        string word,
        string account
    )
    {
        var near = accounts
            .Where(each => account.Length == 0 || string.Equals(each.Name, account, StringComparison.Ordinal))
            .SelectMany(static each => each.Campaigns, static (each, one) => (Account: each, Campaign: one))
            .Where(static each => each.Campaign.Kind == CampaignKind.Automation)
            .Where(each => each.Campaign.Label == word || Ids.AreSame(each.Campaign.Id, word))
            .ToList();
        var exact = near.FindAll(each => each.Campaign.Label == word || each.Campaign.Id == word);
        return exact.Count > 0 ? exact : near;
    }
}
