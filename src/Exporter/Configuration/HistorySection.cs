using Exporter.History;

namespace Exporter.Configuration;

internal static class HistorySection
{
    private static readonly HistoryOptions Default = new();

    public static HistoryOptions Read(Section section) => new()
    {
        Retention = section.Get("retention", Kinds.Duration("1d", "3650d"), Default.Retention),
    };
}
