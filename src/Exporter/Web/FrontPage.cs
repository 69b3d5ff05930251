using System.Net;
using System.Text;
using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.Web;

/// <summary>The page for people at <c>/</c>: is it working, and where to go on.</summary>
internal static class FrontPage
{
    public static Task AnswerAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var page = Render(services.GetRequiredService<SnapshotStore>().Current, services.GetRequiredService<BuildInfo>());
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
        return Endpoints.TextAsync(context, StatusCodes.Status200OK, page, "text/html; charset=utf-8");
    }

    public static string Render(Snapshot snapshot, BuildInfo build)
    {
        var html = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>SendGrid exporter</title>")
            .Append("<style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color-scheme:light dark}")
            .Append("table{border-collapse:collapse}td,th{padding:.2rem .8rem .2rem 0;text-align:left}</style></head><body>\n")
            .Append("<h1>SendGrid exporter</h1>\n<p>Version ").Append(Text(build.Version)).Append(". ")
            .Append("<a href=\"metrics\">Metrics</a> · <a href=\"internal/metrics\">Internal metrics</a> · ")
            .Append("<a href=\"-/healthy\">Healthy?</a> · <a href=\"-/ready\">Ready?</a></p>\n")
            .Append("<table><tr><th>Account</th><th>Campaign</th><th>State</th><th>Links</th><th>Last complete walk</th></tr>\n");
        foreach (var account in snapshot.Accounts)
        {
            foreach (var campaign in account.Campaigns)
            {
                html.Append("<tr><td>").Append(Text(account.Name ?? ""))
                    .Append("</td><td>").Append(Text(campaign.Label))
                    .Append("</td><td>").Append(Text(State(campaign.Health)))
                    .Append("</td><td>").Append(campaign.Data?.Links.Links.Length.ToString() ?? "")
                    .Append("</td><td>").Append(Text(campaign.Health.LastSuccess?.ToString("u") ?? "never"))
                    .Append("</td></tr>\n");
            }
        }

        return html.Append("</table></body></html>\n").ToString();
    }

    private static string State(PollHealth health) => health switch
    {
        { Up: null } => "not tried yet",
        { Up: true } => "good",
        { LastError: var error } => $"failing: {error}",
    };

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
