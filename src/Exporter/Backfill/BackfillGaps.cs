using Exporter.Polling;
using Exporter.SendGrid;

namespace Exporter.Backfill;

/// <summary>
/// The data that a <c>backfill</c> lacks. Only a failure of the API is something that another run may mend; everything else would be
/// lacking again.
/// </summary>
internal sealed class BackfillGaps
{
    private readonly List<string> _failures = [];
    private readonly List<string> _absent = [];
    private readonly List<string> _leftOut = [];
    private readonly List<string> _later = [];

    /// <summary>Whether the same command may have more when it runs again: until then no file is written.</summary>
    public bool MayBeMended => _failures.Count > 0;

    /// <summary>The number of gaps so far. What comes later is none.</summary>
    public int Count => _failures.Count + _absent.Count + _leftOut.Count;

    /// <summary>All gaps, a line for each, and what comes later.</summary>
    public IEnumerable<string> Lines =>
        _failures
            .Concat(_absent)
            .Select(static what => $"missing: {what}")
            .Concat(_leftOut.Select(static what => $"left out: {what}"))
            .Concat(_later.Select(static what => $"later: {what}"));

    /// <summary>Adds what could not be fetched: without it no file is written.</summary>
    public void AddFailure(string what, ApiError error) => _failures.Add($"{what}: {error.Message}");

    /// <summary>Adds what is wanted and not there: the rest is written.</summary>
    public void AddAbsent(string what) => _absent.Add(what);

    /// <summary>Adds data that was fetched but cannot be used: the rest is written.</summary>
    public void AddLeftOut(string what) => _leftOut.Add(what);

    /// <summary>Adds what has values after the last sample only: nothing of it is lacking, and a later run has it.</summary>
    public void AddLater(string what) => _later.Add(what);

    /// <summary>Adds the names that the user gave and nothing has. Call it once all campaigns have been compared with them.</summary>
    public void AddUnknown(AutomationFilter wanted) => _absent.AddRange(wanted.Missing);

    /// <summary>
    /// Adds what was wanted of an account and brought nothing: the account, or what the configuration or the user names of it. A
    /// discovered automation may be a draft: that it has no values is no gap.
    /// </summary>
    /// <param name="brought">
    /// Each campaign that was looked for, with the number of its series; <see langword="null"/> for one that another line already reports.
    /// </param>
    /// <param name="isAll">Whether these are all campaigns of the account.</param>
    /// <param name="where">Where it was looked for.</param>
    public void AddEmpty(
        AccountOptions account,
        AutomationFilter wanted,
        IReadOnlyList<(CampaignDefinition Campaign, int? Series)> brought,
        bool isAll,
        string where
    )
    {
        var name = NameOf(account);
        if (wanted.IsAll && isAll && brought.All(static each => each.Series == 0))
        {
            AddAbsent($"{name}: {where} has nothing of it in these days");
            return;
        }

        _absent.AddRange(
            brought
                .Where(each => each.Series == 0 && (each.Campaign.IsConfigured || !wanted.IsAll))
                .Select(each => $"{name}: {each.Campaign.Label}: {where} has nothing of it in these days")
        );
    }

    /// <summary>How lines call an account.</summary>
    public static string NameOf(AccountOptions account) => account.Api.Name is { } given ? $"account {given}" : "the account";
}
