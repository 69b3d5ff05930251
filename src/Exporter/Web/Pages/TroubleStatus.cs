namespace Exporter.Web.Pages;

/// <summary>A failure and everything that it affects.</summary>
internal sealed record TroubleStatus(string? Account, string Reason, string Error, string Advice, IReadOnlyList<string> Affected)
{
    public static IEnumerable<TroubleStatus> FromAccount(AccountStatus account) =>
        account
            .Campaigns.Where(campaign => campaign.Reason is not null)
            .Select(campaign => (campaign.Reason, campaign.LastError, campaign.Advice, campaign.Label))
            .Concat(
                account
                    .Discovery.Where(list => list.Reason is not null)
                    .Select(list =>
                        (
                            list.Reason,
                            list.LastError,
                            list.Advice,
                            Label: list.Kind == "automation" ? "the list of automations" : "the list of Single Sends"
                        )
                    )
            )
            .GroupBy(trouble => (trouble.Reason, trouble.Advice))
            .Select(same =>
            {
                // An answer of the API is more precise than a conclusion that was drawn for the others.
                var (_, error, advice, _) = same.OrderByDescending(trouble => char.IsAsciiDigit(trouble.LastError!.FirstOrDefault()))
                    .First();
                return new TroubleStatus(account.Account, same.Key.Reason!, error!, advice!, [.. same.Select(trouble => trouble.Label)]);
            });
}
