using Exporter.Polling;

namespace Exporter.Backfill;

/// <summary>The data that a <c>backfill</c> lacks.</summary>
internal sealed class BackfillGaps
{
    /// <summary>Data that could not be fetched but may be when the command runs again: without it no file is written.</summary>
    public List<string> Failures { get; } = [];

    /// <summary>Accounts and campaigns that were wanted and have nothing in these days: the rest is written.</summary>
    public List<string> Empty { get; } = [];

    /// <summary>Data that was fetched but cannot be used, which another run does not change: the rest is written.</summary>
    public List<string> LeftOut { get; } = [];

    /// <summary>The number of gaps so far.</summary>
    public int Count => Failures.Count + Empty.Count + LeftOut.Count;

    /// <summary>All gaps, a line for each.</summary>
    public IEnumerable<string> Lines =>
        Failures.Concat(Empty).Select(static what => $"missing: {what}").Concat(LeftOut.Select(static what => $"left out: {what}"));

    /// <summary>
    /// Names what was wanted of an account and brought nothing: the account, or what the configuration or the user names of it. A
    /// discovered automation may be a draft: that it has no values is no gap.
    /// </summary>
    /// <param name="brought">Each campaign that was looked for, with the number of its series, unless its gap is known already.</param>
    /// <param name="where">Where it was looked for.</param>
    public void AddEmpty(
        AccountOptions account,
        AutomationFilter wanted,
        IReadOnlyList<(CampaignDefinition Campaign, int Series)> brought,
        string where
    )
    {
        var name = account.Api.Name is { } given ? $"account {given}" : "the account";
        if (wanted.IsAll && brought.All(static each => each.Series == 0))
        {
            Empty.Add($"{name}: {where} has nothing of it in these days");
            return;
        }

        Empty.AddRange(
            brought
                .Where(each => each.Series == 0 && (each.Campaign.IsConfigured || !wanted.IsAll))
                .Select(each => $"{name}: {each.Campaign.Label}: {where} has nothing of it in these days")
        );
    }
}
