using Exporter.Configuration.Values;
using Exporter.Snapshots;

namespace Exporter.Configuration.Sections;

internal static class LinksSection
{
    private static readonly LinksOptions Default = new();

    public static LinksOptions Read(Section section) =>
        new()
        {
            Url = section.Get(
                "url",
                ValueParsers.Choice(
                    ("none", UrlDisplay.None),
                    ("host", UrlDisplay.Host),
                    ("path", UrlDisplay.Path),
                    ("full", UrlDisplay.Full)
                ),
                Default.Url
            ),
            MaxPerCampaign = section.Get("max_per_automation", ValueParsers.WholeNumber(1, 100_000), Default.MaxPerCampaign),
            MissingGrace = section.Get("missing_grace", ValueParsers.Duration("1s", "3650d"), Default.MissingGrace),
        };
}
