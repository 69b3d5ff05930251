using System.Globalization;
using Exporter.History;
using Exporter.Snapshots;

namespace Exporter.Web.Pages;

/// <summary>A link that got far fewer clicks than its siblings predict, see <see cref="SiblingPrediction"/>.</summary>
/// <param name="Account">Its account's name; <see langword="null"/> when accounts are not named.</param>
/// <param name="Automation">Its automation's name, else the id.</param>
/// <param name="StepId">The step whose email holds it.</param>
/// <param name="Step">The step's name, if it has one.</param>
/// <param name="UrlLocation">Its place in the email.</param>
/// <param name="Url">As far as it is shown.</param>
/// <param name="Since">
/// The time of its last click; for a link that still gets some, the start of the window with the largest deficit.
/// </param>
/// <param name="WindowSeconds">From there to the last poll.</param>
/// <param name="Got">Its clicks in the window.</param>
/// <param name="Expected">The clicks that its siblings predict.</param>
internal sealed record OutlierStatus(
    string? Account,
    string Automation,
    string AutomationId,
    string StepId,
    string? Step,
    string UrlLocation,
    string? Url,
    DateTimeOffset Since,
    double WindowSeconds,
    long Got,
    long Expected
)
{
    /// <summary>The name to show: its URL, or its place where the URL is not shown.</summary>
    public string Link => Url ?? $"The link at place {UrlLocation}";

    /// <summary>The email that holds it.</summary>
    public string Email => $"{(Account is null ? "" : $"{Account}: ")}{Automation} / {Step ?? StepId}";

    /// <summary>The deficit, as a clause.</summary>
    public string Finding =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Clicks} {HumanText.Span(TimeSpan.FromSeconds(WindowSeconds))}; its siblings predict {HumanText.Number(Expected)}"
        );

    /// <summary>The whole finding in one sentence.</summary>
    public string Summary => $"{Link} in {Email}: {Finding}.";

    private string Clicks => Got == 0 ? "no click for" : $"{HumanText.Count(Got, "click")} in";

    /// <returns><see langword="null"/> when the link does not stand out, or is not there any more.</returns>
    public static OutlierStatus? FromComparison(string? account, CampaignSnapshot campaign, CampaignData served, LinkComparison link) =>
        link.Worst is not { } window
        || served.Links.Links.FirstOrDefault(each => each.Email == link.Email && each.Location == link.Location) is not { } seen
            ? null
            : new(
                account,
                campaign.Label,
                campaign.Id,
                link.Email.StepOrVariation,
                campaign.NameOfStep(link.Email.StepOrVariation),
                link.Location,
                seen.Urls.FirstOrDefault(),
                window.From,
                window.Length.TotalSeconds,
                window.Got,
                (long)Math.Round(window.Expected)
            );
}
