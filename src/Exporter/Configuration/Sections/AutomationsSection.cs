using Exporter.Configuration.Values;
using Exporter.Polling;
using Exporter.Snapshots;

namespace Exporter.Configuration.Sections;

internal static class AutomationsSection
{
    private static readonly AutomationsOptions Default = new();

    public static AutomationsOptions Read(Section section, PollOptions poll)
    {
        var labels = new LabelUniqueness();
        var options = new AutomationsOptions
        {
            Discover = section.Get("discover", ValueParsers.Flag, Default.Discover),
            Names = section.Get(
                "names",
                ValueParsers.Choice(("config", NameSource.Config), ("undocumented-api", NameSource.UndocumentedApi)),
                Default.Names
            ),
            Exclude = section.Values("exclude", ValueParsers.Id, Ids.Comparer),
            StepStats = section.Get("step_stats", ValueParsers.Flag, Default.StepStats),
            List = section.Maps("list", item => Automation(item, poll, labels)),
        };
        labels.ReportMixUps();

        foreach (var id in options.Exclude.Intersect(options.List.Select(a => a.Id), Ids.Comparer))
        {
            section.Reading.Warn(
                section.PositionOf("exclude"),
                $"{section.PathOf("exclude")}: {id} is also listed and therefore polled; exclude only limits discovery"
            );
        }

        return options;
    }

    private static ConfiguredAutomation Automation(Section section, PollOptions poll, LabelUniqueness labels)
    {
        var automation = new ConfiguredAutomation
        {
            Id = section.Required("id", ValueParsers.Id),
            Name = section.TryGet("name", ValueParsers.Label, out var name) ? name : null,
            Interval = section.TryGet("interval", PollSection.Interval, out var interval) && interval != poll.Interval ? interval : null,
            Steps = Steps(section),
        };
        labels.Add(section, automation.Id, automation.Name);
        section.Require(
            automation.Interval is null || automation.Interval <= poll.MaxAge || !section.Reading.IsGood("poll.max_age"),
            $"{section.Description("interval", interval)} must not be above poll.max_age ({Durations.Format(poll.MaxAge)}), or values "
                + "would vanish between polls",
            "interval"
        );
        return automation;
    }

    private static IReadOnlyList<ConfiguredStep> Steps(Section automation)
    {
        var ids = new Dictionary<string, Position>(Ids.Comparer);
        return automation.Maps(
            "steps",
            section =>
            {
                var step = new ConfiguredStep
                {
                    Id = section.Required("id", ValueParsers.StepId),
                    Name = section.Required("name", ValueParsers.Label),
                };
                section.Distinct("id", step.Id, ids);
                return step;
            }
        );
    }
}
