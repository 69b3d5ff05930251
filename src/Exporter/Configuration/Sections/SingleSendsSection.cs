using Exporter.Configuration.Values;
using Exporter.Polling;

namespace Exporter.Configuration.Sections;

internal static class SingleSendsSection
{
    private static readonly SingleSendsOptions Default = new();

    public static SingleSendsOptions Read(Section section)
    {
        var labels = new LabelUniqueness();
        var options = new SingleSendsOptions
        {
            Discover = section.Get("discover", ValueParsers.Flag, Default.Discover),
            SentWithin = section.Get("max_age", ValueParsers.Duration("1s", "3650d"), Default.SentWithin),
            List = section.Maps("list", item => SingleSend(item, labels)),
        };
        labels.ReportMixUps();
        return options;
    }

    private static ConfiguredSingleSend SingleSend(Section section, LabelUniqueness labels)
    {
        var singleSend = new ConfiguredSingleSend
        {
            Id = section.Required("id", ValueParsers.Id),
            Name = section.TryGet("name", ValueParsers.Label, out var name) ? name : null,
        };
        labels.Add(section, singleSend.Id, singleSend.Name);
        return singleSend;
    }
}
