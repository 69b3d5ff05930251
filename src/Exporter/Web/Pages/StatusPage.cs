using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.Web.Pages;

/// <summary>Renders the page at <c>/</c>: whether the program works, and if not, why and what to do.</summary>
internal static class StatusPage
{
    /// <summary>The number of campaigns that a failure names; the rest is a count.</summary>
    private const int NamesShown = 8;

    /// <summary>The number of outliers shown; more of them usually have one common cause.</summary>
    private const int OutliersShown = 8;

    /// <param name="totals">The clicks of each campaign, by account name and campaign id.</param>
    /// <param name="grafana">The address of a Grafana with the project's dashboards.</param>
    /// <param name="url">
    /// The public address of this page, to be passed on; all other links are relative, so that they work behind any proxy.
    /// </param>
    public static Markup Render(StatusModel status, Pictures<(string? Account, string Id)> totals, Uri? grafana, ExternalUrl? url) =>
        Markup.FromText(
            $"""
            <header>
            <div class="top">
            <h1>SendGrid exporter<span class="version">{status.Version}</span></h1>
            <nav>{(grafana is null ? Markup.None : Markup.FromText($"<a href=\"{Dashboard(grafana, "sendgrid-overview")}\">Grafana</a>"))}
            <a href="metrics">Metrics</a> <a href="config">Configuration</a></nav>
            </div>
            {StandsOut(status, grafana)}
            <p class="lead{(status.StandsOut.Count == 0 ? "" : " below")}"><span class="dot {PageLayout.Class(
                status.State
            )}"></span>{status.Summary}</p>
            </header>
            <main>
            {Compared(status)}
            {Markup.Each(
                status.Notices,
                static notice => Markup.FromText($"<div class=\"card trouble\"><p><strong>{notice}</strong></p></div>")
            )}
            {Markup.Each(status.Troubles, TroubleLine)}
            {Markup.Each(status.Accounts, account => Account(account, status, totals))}
            </main>
            <footer><span>{HumanText.Clock(
                status.Time
            )}</span> <a href="?refresh=30">Refresh every 30 s</a>
            <span>Configuration from {status.Configuration.Source}, read {HumanText.Ago(
                status.Configuration.InForceSince,
                status.Time
            )}</span>
            {(
                url is null ? Markup.None : Markup.FromText($"<span>At <a href=\"{url.Root.AbsoluteUri}\">{url.ToString()}</a></span>\n")
            )}<span>Revision {Short(status.Revision)}</span>
            <span>For programs: <a href="api/v1/status">JSON</a>, <a href="-/healthy">healthy</a>,
            <a href="-/ready">ready</a></span></footer>
            """
        );

    /// <summary>Returns the address of a dashboard, with values for its variables if any.</summary>
    public static string Dashboard(Uri grafana, string uid, params (string Name, string? Value)[] variables)
    {
        var query = string.Join(
            '&',
            variables
                .Where(variable => variable.Value is not null)
                .Select(variable => $"var-{variable.Name}={Uri.EscapeDataString(variable.Value!)}")
        );
        return $"{grafana.AbsoluteUri.TrimEnd('/')}/d/{uid}{(query.Length == 0 ? "" : "?")}{query}";
    }

    /// <summary>Returns the address of a campaign's page.</summary>
    public static string Address(string? account, string kind, string id) =>
        $"{(kind == "automation" ? "automation" : "singlesend")}?"
        + (account is null ? "" : $"account={Uri.EscapeDataString(account)}&")
        + $"id={Uri.EscapeDataString(id)}";

    /// <summary>Shows the outliers: they are the reason to open this page, so they stand at the top.</summary>
    private static Markup StandsOut(StatusModel status, Uri? grafana) =>
        status.StandsOut.Count == 0
            ? Markup.None
            : Markup.FromText(
                $"""
                <section class="card outliers" id="stands-out">
                <h2>{LinksStandOut(status.StandsOut.Count)}</h2>
                <ul>{Markup.Each(
                    status.StandsOut.Take(OutliersShown),
                    outlier => Outlier(outlier, Address(outlier.Account, "automation", outlier.AutomationId))
                )}</ul>
                {(
                    status.StandsOut.Count > OutliersShown
                        ? Markup.FromText($"<p>And {HumanText.Number(status.StandsOut.Count - OutliersShown)} more, in api/v1/status.</p>")
                        : Markup.None
                )}
                <p class="soft">Copy the link and open it as a reader of the email would. This is an observation; {Rules(
                    grafana
                )} decide whether to alert.</p>
                </section>
                """
            );

    private static string LinksStandOut(int links) => links == 1 ? "A link stands out" : $"{HumanText.Number(links)} links stand out";

    /// <summary>Shows one outlier with a link to the page that shows more of it.</summary>
    public static Markup Outlier(OutlierStatus outlier, string address) =>
        Markup.FromText(
            $"<li><strong class=\"link\">{outlier.Link}</strong> in <a href=\"{address}\">{outlier.Email}</a>: "
                + $"<strong>{outlier.Finding}</strong>.</li>\n"
        );

    private static Markup Rules(Uri? grafana) =>
        grafana is null
            ? Markup.FromText($"the alert rules in Prometheus")
            : Markup.FromText($"the <a href=\"{grafana.AbsoluteUri.TrimEnd('/')}/alerting/list\">alert rules</a>");

    /// <summary>Shows how many links were compared: "none stands out" means something only when there were some.</summary>
    private static Markup Compared(StatusModel status)
    {
        if (status.LinksCompared > 0)
        {
            return Markup.FromText(
                $"<p class=\"soft\">Compared with their siblings in the same email: {HumanText.Number(status.LinksCompared)} of "
                    + $"{HumanText.Number(LinksOfAutomations(status))} links of "
                    + $"automations{(status.StandsOut.Count == 0 ? "; none stands out" : "")}.{LeftOut(status.LinksLeftOut)}</p>"
            );
        }

        return status.Accounts.All(static account => account.Campaigns.Count == 0)
            ? Markup.None
            : Markup.FromText($"<p class=\"soft\">Links that stand out appear here once two days of their clicks are stored.</p>");
    }

    private static long LinksOfAutomations(StatusModel status) =>
        status
            .Accounts.SelectMany(static account => account.Campaigns)
            .Where(static campaign => campaign.Kind == CampaignKind.Automation.Label())
            .Sum(static campaign => (long)(campaign.Links ?? 0));

    private static string LeftOut(int links) =>
        links > 0 ? $" {HumanText.Number(links)} links of the biggest campaigns were not, as that would take too long." : "";

    private static Markup TroubleLine(TroubleStatus trouble)
    {
        var names = string.Join(", ", trouble.Affected.Take(NamesShown));
        var rest = trouble.Affected.Count > NamesShown ? $" and {trouble.Affected.Count - NamesShown} more" : "";
        return Markup.FromText(
            $"""
            <div class="card trouble">
            <p><strong>{(trouble.Account is null ? "" : $"{trouble.Account}: ")}{trouble.Error}</strong></p>
            <p>{trouble.Advice}</p>
            <p class="soft">Affects {names}{rest}</p>
            </div>
            """
        );
    }

    private static Markup Account(AccountStatus account, StatusModel status, Pictures<(string? Account, string Id)> totals) =>
        Markup.FromText(
            $"""
            <section>
            <h2>{account.Account ?? "Account"} {PageLayout.Pill(account.State)}</h2>
            <dl class="tiles">
            <div><dt>API key</dt><dd>{KeyWord(account.KeyAccepted)}</dd></div>
            {Budget(account.BudgetUtilizationRatio)}
            {RateLimit(account.RateLimits, status.Time)}
            {Markup.Each(account.Discovery, list => Discovery(list, status.Time))}
            </dl>
            {Table("Automations", account, "automation", status, totals)}
            {Table("Single Sends", account, "single_send", status, totals)}
            </section>
            """
        );

    private static Markup Budget(double? ratio) =>
        ratio is { } used
            ? Markup.FromText(
                $"""
                <div><dt>Budget in use</dt><dd>{HumanText.Percent(used)}
                <meter min="0" max="100" low="80" high="100" optimum="0" value="{(long)Math.Clamp(used * 100, 0, 100)}"
                aria-label="Budget in use"></meter></dd></div>
                """
            )
            : Markup.None;

    /// <summary>
    /// Shows the rate limit of the endpoint with the smallest part left. A limit that was renewed since SendGrid reported it is full again.
    /// </summary>
    private static Markup RateLimit(IReadOnlyList<RateLimitSeen> limits, DateTimeOffset now)
    {
        var tightest = limits
            .Where(limit => limit is { Remaining: not null, Limit: > 0 })
            .MinBy(limit => limit.ResetAt <= now ? 1 : limit.Remaining!.Value / (double)limit.Limit!.Value);
        if (tightest is null)
        {
            return Markup.None;
        }

        var endpoint = tightest.Endpoint.Replace("singlesend", "Single Send", StringComparison.Ordinal).Replace('_', ' ');
        var renewal = tightest.ResetAt switch
        {
            null => "",
            { } at when at > now => $", renewed in {HumanText.Span(at - now)}",
            _ => ", renewed since",
        };
        return Markup.FromText(
            $"<div><dt>Tightest rate limit</dt><dd>{HumanText.Number(tightest.Remaining!.Value)} of "
                + $"{HumanText.Number(tightest.Limit!.Value)} left<small>{endpoint}, as last reported{renewal}</small></dd></div>"
        );
    }

    private static Markup Discovery(DiscoveryStatus list, DateTimeOffset now) =>
        Markup.FromText(
            $"<div><dt>List of {(list.Kind == "automation" ? "automations" : "Single Sends")}</dt><dd>{ListWord(list.State)}<small>last "
                + $"read {HumanText.Ago(list.LastSuccess, now)}</small>{LeftOut(list.LeftOut)}</dd></div>"
        );

    private static Markup LeftOut(IReadOnlyList<string> ids) =>
        ids.Count == 0
            ? Markup.None
            : Markup.FromText(
                $"<small>not polled, as another one is called so: {string.Join(", ", ids.Take(NamesShown))}"
                    + $"{(ids.Count > NamesShown ? $" and {ids.Count - NamesShown} more" : "")}</small>"
            );

    private static Markup Table(
        string title,
        AccountStatus account,
        string kind,
        StatusModel status,
        Pictures<(string? Account, string Id)> totals
    )
    {
        var campaigns = account.Campaigns.Where(campaign => campaign.Kind == kind).ToList();
        return campaigns.Count == 0
            ? Markup.None
            : Markup.FromText(
                $"""
                <h3>{title} ({campaigns.Count})</h3>
                <div class="card wide"><table class="rows">
                <thead><tr>
                <th>Name</th>
                <th>State</th>
                <th>{totals.Title}</th>
                <th class="n">Clicks</th>
                <th class="n">Links</th>
                <th class="n">Updated</th>
                <th class="n">Next poll</th>
                <th class="n">Last poll</th>
                </tr></thead>
                <tbody>
                {Markup.Each(
                    campaigns,
                    campaign => Row(
                        account.Account,
                        campaign,
                        status.Time,
                        status.StandsOut.Count(link => link.Account == account.Account && link.AutomationId == campaign.Id),
                        totals.Small((account.Account, campaign.Id))
                    )
                )}
                </tbody></table></div>
                """
            );
    }

    /// <param name="outliers">The number of its links that stand out.</param>
    private static Markup Row(string? account, CampaignStatus campaign, DateTimeOffset now, int outliers, Markup picture)
    {
        var last = campaign.RecentPolls is [{ Pages: > 0 } poll, ..]
            ? $"{HumanText.Duration(TimeSpan.FromSeconds(poll.DurationSeconds))}, {HumanText.Count(poll.Pages, "page")}"
            : "";
        return Markup.FromText(
            $"""
            <tr{(outliers == 0 ? Markup.None : Markup.FromText($" class=\"low\""))}>
            <td class="name"><a href="{Address(account, campaign.Kind, campaign.Id)}">{campaign.Label}</a>{(
                campaign.Name is { } name && name != campaign.Label ? Markup.FromText($"<small>{name}</small>") : Markup.None
            )}</td>
            <td>{PageLayout.Pill(campaign.State)}{(
                outliers == 0 ? Markup.None : Markup.FromText($"<small class=\"low\">{LinksStandOut(outliers)}</small>")
            )}</td><td class="all">{picture}</td>
            <td class="n" data-of="Clicks">{(
                campaign.Clicks is { } clicks ? HumanText.Number(clicks) : "–"
            )}</td><td class="n" data-of="Links">{(campaign.Links is { } links ? HumanText.Number(links) : "–")}</td>
            <td class="n" data-of="Updated">{HumanText.Ago(
                campaign.LastSuccess,
                now
            )}</td><td class="n" data-of="Next poll">{HumanText.TimeUntil(
                campaign.NextPoll,
                now
            )}</td><td class="n" data-of="Last poll">{last}</td></tr>

            """
        );
    }

    private static string KeyWord(bool? isAccepted) =>
        isAccepted switch
        {
            true => "accepted",
            false => "not accepted",
            null => "not tried yet",
        };

    private static string ListWord(HealthState state) =>
        state switch
        {
            HealthState.Good => "read",
            HealthState.Waiting => "not read yet",
            _ => "cannot be read",
        };

    private static string Short(string revision) => revision.Length > 12 ? revision[..12] : revision;
}
