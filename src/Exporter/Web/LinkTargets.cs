using System.Text.Json;
using Exporter.Snapshots;

namespace Exporter.Web;

/// <summary><c>/sd/links</c>: the pages behind the links of automations, for a blackbox probe.</summary>
internal static class LinkTargets
{
    /// <summary>
    /// While the pages of an account are not known nothing is answered: Prometheus goes on with the targets that it has, and would drop
    /// those that an answer leaves out.
    /// </summary>
    public static Task AnswerAsync(HttpContext context, Snapshot snapshot)
    {
        var unknown = string.Join(", ", snapshot.WithUnknownPages.Select(static account => account.Name ?? "default"));
        return unknown.Length == 0
            ? Endpoints.TextAsync(
                context,
                StatusCodes.Status200OK,
                JsonSerializer.Serialize(FromSnapshot(snapshot), LinkTargetJson.Default.IReadOnlyListLinkTarget) + "\n",
                "application/json"
            )
            : Endpoints.TextAsync(
                context,
                StatusCodes.Status503ServiceUnavailable,
                $"Not known yet, neither from SendGrid nor from saved state: the pages of account {unknown}. Until then Prometheus keeps "
                    + "the targets that it has.\n"
            );
    }

    /// <summary>
    /// Each distinct page of each step, as the last complete walk found it, however old: whether a page answers does not depend on
    /// SendGrid. A page goes by a complete walk without it, a complete list without its automation, or the configuration; never because
    /// something failed. Nothing is known that <c>links.url</c> does not show, so with <c>host</c> and <c>none</c> there is no page to ask
    /// for.
    /// </summary>
    public static IReadOnlyList<LinkTarget> FromSnapshot(Snapshot snapshot) =>
        [
            .. from account in snapshot.Accounts
            from campaign in account.Campaigns.Concat(account.Remembered)
            where campaign is { Kind: CampaignKind.Automation, IsDelisted: false }
            from page in (campaign.Data?.Links.Links ?? [])
                .Where(link => link.IsShown)
                .SelectMany(
                    link => Link.Except(link.Urls, link.NoPages),
                    (link, url) => (Step: link.Email.StepOrVariation, Url: url.Trim())
                )
                .Where(page => IsPage(page.Url))
                .Distinct()
            select new LinkTarget([page.Url], new LinkTargetLabels(page.Url, account.Name, campaign.Label, page.Step)),
        ];

    /// <summary>Whether a URL as it is shown can be asked for. One that may have been cut is another page.</summary>
    private static bool IsPage(string url) =>
        !LabelValue.MayBeCut(url)
        && !url.Any(char.IsControl)
        && !url.Contains(UrlText.Hidden, StringComparison.Ordinal)
        && !Placeholders.ContainedIn(url)
        && Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri is { UserInfo: "", Host: not "" };
}
