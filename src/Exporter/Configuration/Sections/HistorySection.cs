using Exporter.Configuration.Values;
using Exporter.History;

namespace Exporter.Configuration.Sections;

internal static class HistorySection
{
    private static readonly HistoryOptions Default = new();

    public static HistoryOptions Read(Section section) =>
        new()
        {
            Retention = section.Get("retention", ValueParsers.Duration("1d", "3650d"), Default.Retention),
            MaxSize = section.Get("max_size", ValueParsers.ByteSize("1MiB", "1024GiB"), Default.MaxSize),
        };
}
