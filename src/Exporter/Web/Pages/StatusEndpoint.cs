using Exporter.History;
using Exporter.Snapshots;
using Microsoft.Data.Sqlite;

namespace Exporter.Web.Pages;

/// <summary>
/// Answers <c>/</c>, <c>/api/v1/status</c> and the pages of single campaigns. All of them read the snapshot and send no request to
/// SendGrid.
/// </summary>
internal sealed class StatusEndpoint(
    SnapshotStore store,
    SavedState history,
    OutlierCache lookout,
    StatusInputsProvider around,
    PublicAddresses place,
    TimeProvider time
)
{
    /// <summary>
    /// The first page reads the pictures of the campaigns from the store one by one; with more campaigns than this it shows none.
    /// </summary>
    private const int MostPictures = 300;

    public async Task AnswerAsync(HttpContext context)
    {
        var (snapshot, now) = store.Read(time);
        var status = StatusModel
            .FromSnapshot(snapshot, around.Now(), now)
            .With(await lookout.LookAsync(snapshot, now, context.RequestAborted));
        var isPictured = snapshot.Accounts.Sum(account => account.Campaigns.Length) <= MostPictures;
        var totals = await history.ReadAsync(reader =>
            Sparklines.Of(
                from account in snapshot.Accounts
                from campaign in isPictured ? account.Campaigns : []
                from series in Series(reader, account, campaign, SeriesKey.ReportedClicks)
                select ((account.Name, campaign.Id), series, campaign.Health.LastSuccess),
                Reading(reader),
                now,
                snapshot.MaxAge
            )
        );
        var page = StatusPage.Render(status, totals, around.GrafanaUrl, place.Url);
        await PageLayout.AnswerAsync(context, StatusCodes.Status200OK, "SendGrid exporter", page);
    }

    public async Task AnswerJsonAsync(HttpContext context)
    {
        var (snapshot, now) = store.Read(time);
        var status = StatusModel
            .FromSnapshot(snapshot, around.Now(), now)
            .With(await lookout.LookAsync(snapshot, now, context.RequestAborted));
        context.Response.Headers.CacheControl = "no-store";
        await TextResponse.WriteJsonAsync(context, status, StatusJson.Default.StatusModel);
    }

    /// <summary>Answers the page of one campaign, <c>?id=…[&amp;account=…]</c>.</summary>
    public async Task AnswerCampaignAsync(HttpContext context, CampaignKind kind)
    {
        var (id, name) = (context.Request.Query["id"].ToString(), context.Request.Query["account"].ToString());
        var (snapshot, now) = store.Read(time);
        var (account, campaign) = snapshot
            .Accounts.Where(each => string.Equals(each.Name ?? "", name, StringComparison.Ordinal))
            .SelectMany(each => each.Campaigns, (each, one) => (Account: each, Campaign: one))
            .FirstOrDefault(each => each.Campaign.Kind == kind && Ids.AreSame(each.Campaign.Id, id));
        if (campaign is null)
        {
            await PageLayout.AnswerAsync(
                context,
                StatusCodes.Status404NotFound,
                "Not found",
                Markup.FromText(
                    $"<header><h1><a href=\"./\">SendGrid exporter</a></h1><p class=\"lead\">There is no such " + $"campaign.</p></header>"
                )
            );
            return;
        }

        var shown = CampaignPage.LinksIn(campaign.Data);
        var served = campaign.ServableData(now, snapshot.MaxAge);
        var (links, comparisons) = await history.ReadAsync(reader =>
            (
                Sparklines.Of(
                    from what in (string[])[SeriesKey.ReportedClicks, SeriesKey.LinkClicks]
                    from series in Series(reader, account, campaign, what)
                    let place = (new EmailKey(series.Key.First, series.Key.Second), series.Key.Location)
                    where what == SeriesKey.ReportedClicks || shown.Contains(place)
                    select (place, series, campaign.Health.LastSuccess),
                    Reading(reader),
                    now,
                    snapshot.MaxAge
                ),
                lookout.Compare(reader, account, campaign, served)
            )
        );
        var page = CampaignPage.Render(
            campaign,
            CampaignStatus.FromCampaign(campaign, snapshot.MaxAge, now),
            account.Name,
            now,
            served,
            links,
            comparisons,
            around.GrafanaUrl
        );
        await PageLayout.AnswerAsync(context, StatusCodes.Status200OK, $"{campaign.Label} – SendGrid exporter", page);
    }

    private static IReadOnlyList<StoredSeries> Series(
        HistoryReader? reader,
        AccountSnapshot account,
        CampaignSnapshot campaign,
        string what
    )
    {
        try
        {
            return reader is null ? [] : [.. reader.Series(account.Identity, campaign.Kind, campaign.Id, what)];
        }
        catch (SqliteException)
        {
            return [];
        }
    }

    private static Sparklines.Read Reading(HistoryReader? reader) =>
        (series, from, to, every) =>
        {
            try
            {
                return reader is null ? [] : [.. reader.Observations(series, from, to, every)];
            }
            catch (SqliteException)
            {
                return [];
            }
        };
}
