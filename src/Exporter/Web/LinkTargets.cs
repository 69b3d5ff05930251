using Exporter.Snapshots;

namespace Exporter.Web;

/// <summary>Answers <c>/sd/links</c>: the pages behind the links of automations, for a blackbox probe.</summary>
internal static class LinkTargets
{
    /// <summary>
    /// Answers 503 while the pages of an account are not known: Prometheus then keeps the targets that it has, and would drop those that an
    /// answer leaves out.
    /// </summary>
    public static Task AnswerAsync(HttpContext context, Snapshot snapshot)
    {
        var unknown = string.Join(", ", snapshot.WithUnknownLandingPages.Select(static account => account.Name ?? "default"));
        return unknown.Length == 0
            ? TextResponse.WriteJsonAsync(context, FromSnapshot(snapshot), LinkTargetJson.Default.IReadOnlyListLinkTarget)
            : TextResponse.WriteAsync(
                context,
                StatusCodes.Status503ServiceUnavailable,
                $"Neither SendGrid nor saved state has given the pages of account {unknown} yet. Until then Prometheus keeps "
                    + "the targets that it has.\n"
            );
    }

    /// <summary>
    /// Returns each distinct page of each step as the last complete walk found it, however old: whether a page answers does not depend on
    /// SendGrid. Only a complete walk without the page, a complete list without its automation, or the configuration removes a page; a
    /// failure never does. Only what <c>links.url</c> shows is known, so with <c>host</c> and <c>none</c> there is no page to probe.
    /// </summary>
    public static IReadOnlyList<LinkTarget> FromSnapshot(Snapshot snapshot) =>
        [
            .. from account in snapshot.Accounts
            from campaign in account.Campaigns.Concat(account.Remembered)
            where campaign is { Kind: CampaignKind.Automation, IsDelisted: false }
            from page in (campaign.Data?.Links.Links ?? [])
                .Where(link => link.IsShown)
                .SelectMany(
                    link => Link.Except(link.Urls, link.UrlsWithoutPage),
                    (link, url) => (Step: link.Email.StepOrVariation, Url: url.Trim())
                )
                .Where(page => IsPage(page.Url))
                .Distinct()
            select new LinkTarget([page.Url], new LinkTargetLabels(page.Url, account.Name, campaign.Label, page.Step)),
        ];

    /// <summary>Whether a shown URL can be requested. A URL that may have been cut leads to another page.</summary>
    private static bool IsPage(string url) =>
        !LabelValue.MayBeCut(url)
        && !url.Any(char.IsControl)
        && !url.Contains(UrlText.Hidden, StringComparison.Ordinal)
        && !Placeholders.ContainedIn(url)
        && Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri is { UserInfo: "", Host: not "" };
}
