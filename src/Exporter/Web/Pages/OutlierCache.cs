using System.Collections.Immutable;
using Exporter.History;
using Exporter.Snapshots;
using Microsoft.Data.Sqlite;

namespace Exporter.Web.Pages;

/// <summary>
/// Finds the links that stand out when a page is requested. The cost is bounded, whatever is stored: a few dozen lookups for each link, of
/// a limited number of links. The answer stays good for a while, so frequent requests cost no more.
/// </summary>
internal sealed class OutlierCache(SavedState history, TimeProvider time) : IDisposable
{
    /// <summary>About a second of work; the campaigns with most links are left out first.</summary>
    private const int MostLinks = 10_000;

    /// <summary>An answer stays good for at least this long, and for this multiple of the time that it took.</summary>
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(2);

    private const int TimesItsCost = 5;

    private readonly SemaphoreSlim _turn = new(1);
    private (Findings Found, long At, TimeSpan GoodFor)? _last;

    public async Task<OutlierReport> LookAsync(Snapshot snapshot, DateTimeOffset now, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            if (_last is not { } last || time.GetElapsedTime(last.At) > last.GoodFor)
            {
                var began = time.GetTimestamp();
                var found = await history.ReadAsync(reader => Compute(reader, snapshot, now));
                last = (found, time.GetTimestamp(), GoodFor + (TimesItsCost * time.GetElapsedTime(began)));
                _last = last;
            }

            return Report(last.Found, snapshot, now);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Compares the links of one campaign with their siblings; returns none when the store cannot be read.</summary>
    public IReadOnlyList<LinkComparison> Compare(
        HistoryReader? reader,
        AccountSnapshot account,
        CampaignSnapshot campaign,
        CampaignData? served
    )
    {
        try
        {
            return reader is null ? [] : Outliers.Compare(reader, account.Identity, campaign, served, history.Retention);
        }
        catch (SqliteException)
        {
            return [];
        }
    }

    public void Dispose() => _turn.Dispose();

    private Findings Compute(HistoryReader? reader, Snapshot snapshot, DateTimeOffset now)
    {
        var (outliers, compared, left, leftOut) = (ImmutableArray.CreateBuilder<Finding>(), 0, MostLinks, 0);
        foreach (var (account, campaign, served) in Served(snapshot, now).OrderBy(static each => each.Served.Links.Links.Length))
        {
            if (served.Links.Links.Length > left)
            {
                leftOut += served.Links.Links.Length;
                continue;
            }

            left -= served.Links.Links.Length;
            var links = Compare(reader, account, campaign, served);
            compared += links.Count;
            outliers.AddRange(
                links.Where(static link => link.Worst is not null).Select(link => new Finding(account.Identity, campaign.Id, link))
            );
        }

        return new Findings(outliers.ToImmutable(), compared, leftOut);
    }

    /// <summary>
    /// Words the findings by what is known and shown now: a reload may have renamed or removed their automations since, or hide URLs.
    /// </summary>
    private static OutlierReport Report(Findings found, Snapshot snapshot, DateTimeOffset now)
    {
        var served = Served(snapshot, now).ToLookup(static each => (each.Account.Identity, each.Campaign.Id));
        return new(
            [
                .. found
                    .Outliers.SelectMany(outlier =>
                        served[(outlier.Account, outlier.Automation)]
                            .Select(each => OutlierStatus.FromComparison(each.Account.Name, each.Campaign, each.Served, outlier.Link))
                    )
                    .OfType<OutlierStatus>()
                    .OrderByDescending(static outlier => outlier.Expected - outlier.Got),
            ],
            found.Compared,
            found.LeftOut
        );
    }

    private static IEnumerable<(AccountSnapshot Account, CampaignSnapshot Campaign, CampaignData Served)> Served(
        Snapshot snapshot,
        DateTimeOffset now
    ) =>
        from account in snapshot.Accounts
        from campaign in account.Campaigns
        let served = campaign.Kind == CampaignKind.Automation ? campaign.ServableData(now, snapshot.MaxAge) : null
        where served is not null
        select (account, campaign, served);

    /// <summary>What the comparison found, by identity only: names and URLs are those of the moment in which it is told.</summary>
    private sealed record Findings(ImmutableArray<Finding> Outliers, int Compared, int LeftOut);

    private sealed record Finding(AccountIdentity Account, string Automation, LinkComparison Link);
}
