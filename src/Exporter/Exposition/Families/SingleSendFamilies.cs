using Exporter.Snapshots;

namespace Exporter.Exposition.Families;

/// <summary>Families with the scope labels <c>account</c> and <c>singlesend</c>.</summary>
internal static class SingleSendFamilies
{
    private static readonly CampaignFamilies Own = new("sendgrid_singlesend", "singlesend", "a Single Send");

    private static readonly string[] Email = ["ab_variation", "ab_phase"];

    public static readonly IReadOnlyList<MetricFamily<CampaignSubject>> All =
    [
        Own.Gauge(
            "link_clicks",
            "Clicks on a tracked link of a Single Send since tracking began." + Own.Lifetime,
            [.. Email, "url_location"],
            CampaignFamilies.OfData(
                static (data, sink) =>
                {
                    foreach (var link in data.Links.Links)
                    {
                        if (link.IsShown)
                        {
                            sink.Sample(link.Clicks, link.Email.StepOrVariation, link.Email.Phase, link.Location);
                        }
                    }

                    foreach (var (email, clicks) in data.Links.Overflows)
                    {
                        sink.Sample(clicks, email.StepOrVariation, email.Phase, LinkTable.Overflow);
                    }
                }
            ),
            CampaignFamilies.Links,
            isDetailed: true
        ),
        Own.Gauge(
            "link_info",
            "The URL behind a tracked link of a Single Send, as far as links.url shows it." + Own.Polled,
            [.. Email, "url_location", "url"],
            CampaignFamilies.OfData(
                static (data, sink) =>
                {
                    foreach (var link in data.Links.Links)
                    {
                        if (link.IsShown)
                        {
                            foreach (var url in link.Urls)
                            {
                                sink.Sample(1L, link.Email.StepOrVariation, link.Email.Phase, link.Location, url);
                            }
                        }
                    }
                }
            ),
            CampaignFamilies.Shape,
            isDetailed: true
        ),
        .. Own.Statistics(
            "",
            "a variation and phase of a Single Send",
            Email,
            static (email, count, sink) => sink.Sample(count, email.StepOrVariation, email.Phase)
        ),
        Own.Gauge(
            "info",
            "The id behind the label singlesend, and its name and status in SendGrid's list, where that list is walked.",
            ["singlesend_id", "name", "status"],
            static (subject, sink) => sink.Sample(1L, subject.Campaign.Id, subject.Campaign.Name ?? "", subject.Campaign.Status ?? ""),
            static subject => new CacheKey(subject.Campaign.Name, subject.Campaign.Status)
        ),
        .. Own.Health,
        MetricFamily<CampaignSubject>.OfValue(
            "sendgrid_exporter_overflowed_singlesend_links",
            MetricType.Gauge,
            "Links of a Single Send beyond links.max_per_automation, summed per variation and phase into url_location overflow.",
            ["account", "singlesend"],
            static subject => subject.Data?.Links.OverflowLinkCount
        ),
    ];
}
