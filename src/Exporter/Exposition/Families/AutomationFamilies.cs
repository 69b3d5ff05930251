using System.Runtime.InteropServices;
using Exporter.Snapshots;

namespace Exporter.Exposition.Families;

/// <summary>Families with the scope labels <c>account</c> and <c>automation</c>.</summary>
internal static class AutomationFamilies
{
    private static readonly CampaignFamilies Own = new("sendgrid_automation", "automation", "an automation");

    public static readonly IReadOnlyList<MetricFamily<CampaignSubject>> All =
    [
        Own.Gauge(
            "link_clicks",
            "Clicks on a tracked link since tracking began." + Own.Lifetime,
            ["step_id", "url_location"],
            CampaignFamilies.OfData(
                static (data, sink) =>
                {
                    foreach (var link in data.Links.Links)
                    {
                        if (link.IsShown)
                        {
                            sink.Sample(link.Clicks, link.Email.StepOrVariation, link.Location);
                        }
                    }

                    foreach (var (email, clicks) in data.Links.Overflows)
                    {
                        sink.Sample(clicks, email.StepOrVariation, LinkTable.Overflow);
                    }
                }
            ),
            CampaignFamilies.Links,
            isDetailed: true
        ),
        Own.Gauge(
            "link_info",
            "The URL behind a tracked link, as far as links.url shows it; several at one place after an edit of the email." + Own.Polled,
            ["step_id", "url_location", "url"],
            CampaignFamilies.OfData(
                static (data, sink) =>
                {
                    foreach (var link in data.Links.Links)
                    {
                        if (link.IsShown)
                        {
                            foreach (var url in link.Urls)
                            {
                                sink.Sample(1L, link.Email.StepOrVariation, link.Location, url);
                            }
                        }
                    }
                }
            ),
            CampaignFamilies.Shape,
            isDetailed: true
        ),
        Own.Gauge(
            "link_present",
            "Whether a link was in the last complete walk: 1, or 0 for links.missing_grace after it vanished." + Own.Polled,
            ["step_id", "url_location"],
            static (subject, sink) =>
            {
                if (subject.Data is not { Links: var links })
                {
                    return;
                }

                foreach (var link in links.Links)
                {
                    if (link.IsShown)
                    {
                        sink.Sample(1L, link.Email.StepOrVariation, link.Location);
                    }
                }

                foreach (var vanished in links.Vanished)
                {
                    if (vanished.ShownUntil > subject.Now)
                    {
                        sink.Sample(0L, vanished.Link.Email.StepOrVariation, vanished.Link.Location);
                    }
                }
            },
            CampaignFamilies.ShapeAndVanished,
            isDetailed: true
        ),
        Own.Gauge(
            "link_last_increase_timestamp_seconds",
            "End of the last walk that found more clicks on a link than the walk before; absent until there was one." + Own.Polled,
            ["step_id", "url_location"],
            CampaignFamilies.OfData(
                static (data, sink) =>
                {
                    foreach (var link in data.Links.Links)
                    {
                        if (link is { IsShown: true, LastIncrease: { } at })
                        {
                            sink.Sample(at, link.Email.StepOrVariation, link.Location);
                        }
                    }
                }
            ),
            CampaignFamilies.Links,
            isDetailed: true
        ),
        .. Own.Statistics(
            "step_",
            "a step of an automation",
            ["step_id"],
            static (step, count, sink) => sink.Sample(count, step.StepOrVariation)
        ),
        Own.DataValue(
            "reported_clicks",
            "The API's own total_clicks of an automation's links, for comparison with the sum over the links." + Own.Lifetime,
            static data => data.ReportedClicks
        ),
        Own.DataValue(
            "links",
            "Links in the last complete walk, those without a series of their own included." + Own.Polled,
            static data => data.Links.Links.Length
        ),
        Own.Gauge(
            "info",
            "The id behind the label automation, and its name in SendGrid's undocumented list, where that list is read.",
            ["automation_id", "name"],
            static (subject, sink) =>
            {
                if (subject.Campaign.Name is { } name)
                {
                    sink.Sample(1L, subject.Campaign.Id, name);
                }
                else
                {
                    sink.Sample(1L, subject.Campaign.Id);
                }
            },
            static subject => new CacheKey(subject.Campaign.Id, subject.Campaign.Name)
        ),
        Own.Gauge(
            "step_info",
            "The name of a step, where one is known.",
            ["step_id", "step"],
            static (subject, sink) =>
            {
                foreach (var (step, name) in subject.Campaign.ShownSteps())
                {
                    sink.Sample(1L, step, name);
                }
            },
            static subject => new CacheKey(
                ImmutableCollectionsMarshal.AsArray(subject.Campaign.StepNames),
                subject.Campaign.StepNames.IsEmpty ? null : subject.Campaign.Data
            )
        ),
        .. Own.Health,
        MetricFamily<CampaignSubject>.OfValue(
            "sendgrid_exporter_overflowed_links",
            MetricType.Gauge,
            "Links of an automation beyond links.max_per_automation, summed per step into url_location overflow.",
            ["account", "automation"],
            static subject => subject.Data?.Links.OverflowLinkCount
        ),
    ];
}
