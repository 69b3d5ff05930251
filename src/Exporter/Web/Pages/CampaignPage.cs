using System.Collections.Immutable;
using System.Globalization;
using Exporter.History;
using Exporter.Snapshots;

namespace Exporter.Web.Pages;

/// <summary>Renders the page of one automation or Single Send: its emails, its links, its last polls.</summary>
internal static class CampaignPage
{
    /// <summary>The number of links shown, those with most clicks.</summary>
    private const int LinksShown = 200;

    /// <summary>SendGrid's name of the variation and the phase of a Single Send that has none.</summary>
    private const string All = "all";

    /// <summary>The characters of an id that tell two of them apart.</summary>
    private const int ShortId = 8;

    /// <summary>Returns the links that the page shows, those with most clicks.</summary>
    public static HashSet<(EmailKey Email, string Location)> LinksIn(CampaignData? data) =>
        [.. (data?.Links.Links ?? []).OrderByDescending(link => link.Clicks).Take(LinksShown).Select(link => (link.Email, link.Location))];

    /// <param name="status">The same as on the first page.</param>
    /// <param name="account">The name of its account.</param>
    /// <param name="data">The values that are served; <see langword="null"/> when there are none.</param>
    /// <param name="pictures">The clicks of each link and, without a place, of the whole campaign.</param>
    /// <param name="compared">The links compared with their siblings.</param>
    /// <param name="grafana">The address of a Grafana with the project's dashboards.</param>
    public static Markup Render(
        CampaignSnapshot campaign,
        CampaignStatus status,
        string? account,
        DateTimeOffset now,
        CampaignData? data,
        Pictures<(EmailKey Email, string Location)> pictures,
        IReadOnlyList<LinkComparison> compared,
        Uri? grafana
    ) =>
        Markup.FromText(
            $"""
            <header>
            <div class="top"><h1><a href="./">SendGrid exporter</a></h1><nav>{Grafana(campaign, account, grafana)}
            {History(campaign, account)}</nav></div>
            {StandsOut(campaign, data, compared)}
            <p class="lead">{campaign.Label} {PageLayout.Pill(status.State)}</p>
            </header>
            <main>
            {TroubleLine(status)}
            <dl class="tiles">
            {Tile("Clicks", status.Clicks is { } clicks ? HumanText.Number(clicks) : "–", "since tracking began")}
            {Tile(
                "Links",
                status.Links is { } links ? HumanText.Number(links) : "–",
                data is null ? "" : HumanText.Count(data.Links.Links.Select(link => link.Email).Distinct().Count(), "email")
            )}
            <div><dt>Last complete poll</dt><dd>{HumanText.Ago(status.LastSuccess, now)}</dd></div>
            <div><dt>Next poll</dt><dd>{HumanText.TimeUntil(status.NextPoll, now)}<small>every {HumanText.Span(
                campaign.Interval
            )}</small></dd></div>
            {(account is null ? Markup.None : Tile("Account", account, ""))}
            <div><dt>{(campaign.Kind == CampaignKind.Automation ? "Automation" : "Single Send")}</dt><dd>{campaign.Name
                ?? campaign.Label}<small class="id">{campaign.Id}</small></dd></div>
            </dl>
            {pictures.Big((new EmailKey(""), ""))}
            {(
                data is null
                    ? Markup.None
                    : Markup.FromText(
                        $"""
                        {Emails(campaign, data)}
                        {Links(campaign, data, now, pictures, compared.ToDictionary(link => (link.Email, link.Location)))}
                        {Vanished(campaign, data)}
                        """
                    )
            )}
            {Polls(status, now)}
            </main>
            <footer><span>{HumanText.Clock(now)}</span></footer>
            """
        );

    private static Markup Grafana(CampaignSnapshot campaign, string? account, Uri? grafana) =>
        grafana is null || campaign.Kind != CampaignKind.Automation
            ? Markup.None
            : Markup.FromText(
                $"<a href=\"{StatusPage.Dashboard(
                    grafana, "sendgrid-automation", ("account", account), ("automation", campaign.Label))}\">Grafana</a>"
            );

    /// <summary>Returns the link to the observed clicks; only automations have one.</summary>
    private static Markup History(CampaignSnapshot campaign, string? account) =>
        campaign.Kind != CampaignKind.Automation
            ? Markup.None
            : Markup.FromText(
                $"<a href=\"api/v1/history?automation={Uri.EscapeDataString(campaign.Id)}{Account(account)}\">Observed clicks as JSON</a>"
            );

    private static string Account(string? account) => account is null ? "" : $"&account={Uri.EscapeDataString(account)}";

    private static Markup Tile(string term, string value, string note) =>
        Markup.FromText($"<div><dt>{term}</dt><dd>{value}<small>{note}</small></dd></div>");

    private static Markup TroubleLine(CampaignStatus status) =>
        status.LastError is null
            ? Markup.None
            : Markup.FromText(
                $"""
                <div class="card trouble"><p><strong>{status.LastError}</strong></p><p>{status.Advice}</p></div>
                """
            );

    private static Markup Emails(CampaignSnapshot campaign, CampaignData data) =>
        data.Statistics.IsEmpty
            ? Markup.None
            : Markup.FromText(
                $"""
                <h3>Emails</h3>
                <div class="card wide"><table class="rows">
                <thead><tr>
                <th>Email</th>
                {Markup.Each(Columns, static column => Markup.FromText($"<th class=\"n\">{column.Title}</th>\n"))}
                </tr></thead>
                <tbody>
                {Markup.Each(
                    data.Statistics,
                    email =>
                        Markup.FromText(
                            $"""
                            <tr>
                            <td class="name">{Email(campaign, email.Email)}</td>
                            {Markup.Each(Columns, column => Count(column.Title, email.Values[column.Index]))}
                            </tr>

                            """
                        )
                )}
                </tbody></table></div>
                """
            );

    private static readonly ImmutableArray<(string Title, int Index)> Columns =
    [
        ("Delivered", EmailStatistics.Names.IndexOf("delivered")),
        ("Unique opens", EmailStatistics.Names.IndexOf("unique_opens")),
        ("Unique clicks", EmailStatistics.Names.IndexOf("unique_clicks")),
        ("Clicks", EmailStatistics.Names.IndexOf("clicks")),
        ("Bounces", EmailStatistics.Names.IndexOf("bounces")),
        ("Unsubscribes", EmailStatistics.Names.IndexOf("unsubscribes")),
    ];

    private static Markup StandsOut(CampaignSnapshot campaign, CampaignData? data, IReadOnlyList<LinkComparison> compared)
    {
        var outliers = data is null
            ? []
            : compared.Select(link => OutlierStatus.FromComparison(account: null, campaign, data, link)).OfType<OutlierStatus>().ToList();
        return outliers.Count == 0
            ? Markup.None
            : Markup.FromText(
                $"""
                <section class="card outliers"><ul>{Markup.Each(outliers, outlier => StatusPage.Outlier(outlier, "#links"))}</ul></section>
                """
            );
    }

    /// <summary>Shows the actual and the predicted clicks, first those since the link stands out.</summary>
    private static Markup Windows(LinkComparison? link, DateTimeOffset now) =>
        link is null
            ? Markup.FromText($"<span class=\"soft\">not compared</span>")
            : Markup.FromText(
                $"{(link.Silence is { } silence ? Window(Since(silence.From, now), silence) : Markup.None)}{Markup.Each(
                    link.Windows,
                    static window => Window($"{(long)window.Length.TotalHours} h", window)
                )}"
            );

    private static Markup Window(string title, ComparedWindow window) =>
        Markup.FromText(
            $"<div class=\"window{(window.StandsOut ? " low" : "")}\"><span>{title}</span> "
                + $"{HumanText.Number(window.Got)} of {HumanText.Number((long)Math.Round(window.Expected))}</div>"
        );

    private static string Since(DateTimeOffset from, DateTimeOffset now) =>
        $"since {from.ToString(now - from < TimeSpan.FromHours(24) ? "HH:mm" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)}";

    /// <summary>Says why links are not compared, where some are not.</summary>
    private static Markup NotCompared(CampaignSnapshot campaign, CampaignData data, Dictionary<(EmailKey, string), LinkComparison> compared)
    {
        var why = WhyNotCompared(campaign, data, compared.Count);
        return why is null ? Markup.None : Markup.FromText($"<p class=\"soft\">{why}</p>");
    }

    private static string? WhyNotCompared(CampaignSnapshot campaign, CampaignData data, int compared)
    {
        if (campaign.Kind != CampaignKind.Automation)
        {
            return "Links of Single Sends are not compared: their clicks fade within days.";
        }

        if (compared == 0)
        {
            return "Links are compared with their siblings in the same email once two days of their clicks are stored.";
        }

        return compared < data.Links.Links.Length
            ? "A link is not compared while it is new, and when its email has no other link that is known for long enough."
            : null;
    }

    private static Markup Links(
        CampaignSnapshot campaign,
        CampaignData data,
        DateTimeOffset now,
        Pictures<(EmailKey Email, string Location)> pictures,
        Dictionary<(EmailKey, string), LinkComparison> compared
    )
    {
        var total = Math.Max(1, data.Links.Links.Select(link => link.Clicks).Aggregate(0L, Counts.SaturatingAdd));
        var shown = LinksIn(data);
        return Markup.FromText(
            $"""
            <h3 id="links">Links{MostClicked(data.Links.Links.Length)}</h3>
            {NotCompared(campaign, data, compared)}
            <div class="card wide"><table class="rows">
            <thead><tr>
            <th>Email</th>
            <th class="n">Place</th>
            <th>URL</th>
            <th>{pictures.Title}</th>
            <th class="n">Clicks</th>
            <th class="n">Share</th>
            <th class="n">Last increase seen</th>
            {(compared.Count == 0 ? Markup.None : Markup.FromText($"<th>Clicks of expected</th>"))}
            </tr></thead>
            <tbody>
            {Markup.Each(
                data.Links.Links
                    .Where(link => shown.Contains((link.Email, link.Location)))
                    .OrderByDescending(link => Of(link)?.Worst is not null),
                link => Markup.FromText(
                    $"""
                    <tr{(Of(link)?.Worst is null ? Markup.None : Markup.FromText($" class=\"low\""))}>
                    <td class="name">{Email(campaign, link.Email, withId: false)}</td>
                    <td class="n" data-of="Place">{link.Location}</td>
                    <td class="url">{Urls(link)}</td>
                    <td class="all">{pictures.Small((link.Email, link.Location), Of(link)?.Worst?.From)}</td>
                    <td class="n" data-of="Clicks">{HumanText.Number(link.Clicks)}</td>
                    <td class="n" data-of="Share">{HumanText.Percent(link.Clicks / (double)total)}</td>
                    <td class="n" data-of="Last increase">{(
                        link.LastIncrease is { } at ? HumanText.Ago(at, now) : Markup.FromText($"not yet")
                    )}</td>
                    {(
                        compared.Count == 0
                            ? Markup.None
                            : Markup.FromText($"<td data-of=\"Clicks of expected\">{Windows(Of(link), now)}</td>")
                    )}
                    </tr>

                    """))}
            </tbody></table></div>
            """
        );

        LinkComparison? Of(Link link) => compared.GetValueOrDefault((link.Email, link.Location));
    }

    private static string MostClicked(int links) =>
        links > LinksShown ? $": the {LinksShown} most clicked of {HumanText.Number(links)}" : "";

    private static Markup Count(string title, long? count) =>
        Markup.FromText($"<td class=\"n\" data-of=\"{title}\">{(count is { } known ? HumanText.Number(known) : "")}</td>\n");

    /// <summary>
    /// Shows URLs as text and not as links: an email may hold any address, and a page of the operator must not lead there.
    /// </summary>
    private static Markup Urls(Link link) =>
        link.Urls.IsEmpty
            ? Markup.FromText($"<span class=\"soft\">not shown</span>")
            : Markup.Each(link.Urls, url => Markup.FromText($"<div>{url}</div>"));

    private static Markup Vanished(CampaignSnapshot campaign, CampaignData data) =>
        data.Links.Vanished.IsEmpty
            ? Markup.None
            : Markup.FromText(
                $"""
                <h3>Links that are gone from the last poll</h3>
                <div class="card wide"><table class="rows"><tbody>
                {Markup.Each(
                    data.Links.Vanished,
                    gone =>
                        Markup.FromText(
                            $"""
                            <tr>
                            <td class="name">{Email(campaign, gone.Link.Email)}</td>
                            <td class="n" data-of="Place">{gone.Link.Location}</td>
                            <td class="url">{Urls(gone.Link)}</td>
                            <td class="n" data-of="Clicks">{HumanText.Number(gone.Link.Clicks)}</td>
                            </tr>

                            """
                        )
                )}
                </tbody></table></div>
                """
            );

    private static Markup Polls(CampaignStatus status, DateTimeOffset now) =>
        status.RecentPolls.Count == 0
            ? Markup.None
            : Markup.FromText(
                $"""
                <h3>Last polls</h3>
                <div class="card wide"><table class="rows">
                <thead><tr><th>Ended</th><th class="n">Took</th><th class="n">Pages</th><th>Result</th></tr></thead>
                <tbody>
                {Markup.Each(
                    status.RecentPolls,
                    poll =>
                        Markup.FromText(
                            $"""
                            <tr>
                            <td data-of="Ended">{HumanText.Ago(poll.Time, now)}</td>
                            <td class="n" data-of="Took">{HumanText.Duration(TimeSpan.FromSeconds(poll.DurationSeconds))}</td>
                            <td class="n" data-of="Pages">{poll.Pages}</td>
                            <td class="all">{Result(poll)}</td>
                            </tr>

                            """
                        )
                )}
                </tbody></table></div>
                """
            );

    private static Markup Result(AttemptStatus poll) =>
        poll.Reason is null
            ? Markup.FromText($"<span class=\"pill good\">complete</span>")
            : Markup.FromText($"<span class=\"pill stale\">{poll.Reason}</span> {poll.Error}");

    /// <summary>Returns the step's name, or else SendGrid's name for the email.</summary>
    private static Markup Email(CampaignSnapshot campaign, EmailKey email, bool withId = true)
    {
        var name = campaign.NameOfStep(email.StepOrVariation) ?? (campaign.Kind == CampaignKind.SingleSend ? VariationName(email) : null);
        if (name is null)
        {
            return Markup.FromText($"<span class=\"id\">{email.StepOrVariation}</span>");
        }

        return withId && email.StepOrVariation != All
            ? Markup.FromText($"{name}<small class=\"id\">{email.StepOrVariation}</small>")
            : Markup.FromText($"{name}");
    }

    /// <summary>
    /// Returns a name for one email of a Single Send. SendGrid reports ids of variations only and not its letters A and B, so the beginning
    /// of the id tells them apart.
    /// </summary>
    private static string VariationName(EmailKey email)
    {
        var variation = email.StepOrVariation switch
        {
            All => "all variations",
            { Length: > ShortId } id => $"variation {id[..ShortId]}…",
            var id => $"variation {id}",
        };
        return email.Phase is "" or All ? variation : $"{variation}, {email.Phase} phase";
    }
}
