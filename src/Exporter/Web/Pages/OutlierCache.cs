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
    private (OutlierReport Report, long At, TimeSpan GoodFor)? _last;

    public async Task<OutlierReport> LookAsync(Snapshot snapshot, DateTimeOffset now, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            if (_last is not { } last || time.GetElapsedTime(last.At) > last.GoodFor)
            {
                var began = time.GetTimestamp();
                var report = await history.ReadAsync(reader => Compute(reader, snapshot, now));
                last = (report, time.GetTimestamp(), GoodFor + (TimesItsCost * time.GetElapsedTime(began)));
                _last = last;
            }

            return last.Report;
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

    private OutlierReport Compute(HistoryReader? reader, Snapshot snapshot, DateTimeOffset now)
    {
        var (outliers, compared, left, leftOut) = (new List<OutlierStatus>(), 0, MostLinks, 0);
        foreach (
            var (account, campaign, served) in from account in snapshot.Accounts
            from campaign in account.Campaigns
            let served = campaign.Kind == CampaignKind.Automation ? campaign.ServableData(now, snapshot.MaxAge) : null
            where served is not null
            orderby served.Links.Links.Length
            select (account, campaign, served)
        )
        {
            if (served.Links.Links.Length > left)
            {
                leftOut += served.Links.Links.Length;
                continue;
            }

            left -= served.Links.Links.Length;
            foreach (var link in Compare(reader, account, campaign, served))
            {
                compared++;
                if (OutlierStatus.FromComparison(account.Name, campaign, served, link) is { } outlier)
                {
                    outliers.Add(outlier);
                }
            }
        }

        return new([.. outliers.OrderByDescending(static outlier => outlier.Expected - outlier.Got)], compared, leftOut);
    }
}
