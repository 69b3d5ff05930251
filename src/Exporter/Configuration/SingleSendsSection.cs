using Exporter.Polling;

namespace Exporter.Configuration;

internal static class SingleSendsSection
{
    private static readonly SingleSendsOptions Default = new();

    public static SingleSendsOptions Read(Section section)
    {
        var labels = new Labels();
        var options = new SingleSendsOptions
        {
            Discover = section.Get("discover", Kinds.Flag, Default.Discover),
            MaxAge = section.Get("max_age", Kinds.Duration("1s", "3650d"), Default.MaxAge),
            List = section.Maps("list", item => SingleSend(item, labels)),
        };
        labels.ReportMixUps();
        return options;
    }

    private static SingleSendOptions SingleSend(Section section, Labels labels)
    {
        var singleSend = new SingleSendOptions
        {
            Id = section.Required("id", Kinds.Id),
            Name = section.TryGet("name", Kinds.Label, out var name) ? name : null,
        };
        labels.Add(section, singleSend.Id, singleSend.Name);
        return singleSend;
    }
}
