using Exporter.Configuration.Values;
using Exporter.Telemetry;

namespace Exporter.Configuration.Sections;

internal static class LogSection
{
    public static LogOptions Read(Section section) =>
        new() { Level = section.TryGet("level", ValueParsers.Choice(LogOptions.Levels), out var level) ? level : null };
}
