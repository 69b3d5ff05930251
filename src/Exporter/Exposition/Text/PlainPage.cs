using System.Buffers;
using Exporter.Exposition.Families;
using Exporter.Exposition.Gzip;
using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.Exposition.Text;

/// <summary>The page as plain text, rendered anew each time: clients that do not accept gzip are too few to be worth the memory.</summary>
internal static class PlainPage
{
    /// <summary>Writes the page part by part. The caller may flush between two parts.</summary>
    /// <param name="now">The moment to show.</param>
    /// <param name="format">The format of the headers.</param>
    /// <returns>The part that was written last.</returns>
    public static IEnumerable<Part> Write(
        Snapshot snapshot,
        BuildInfo build,
        DateTimeOffset now,
        TextFormat format,
        IBufferWriter<byte> output
    )
    {
        var sink = new LineSink(output);
        var parts = PageParts.FromSnapshot(snapshot, now);
        foreach (var part in Write(Catalogue.Accounts, parts.Accounts, format, sink))
        {
            yield return part;
        }

        foreach (var part in Write(Catalogue.FamiliesOf(CampaignKind.Automation), parts.Automations, format, sink))
        {
            yield return part;
        }

        foreach (var part in Write(Catalogue.FamiliesOf(CampaignKind.SingleSend), parts.SingleSends, format, sink))
        {
            yield return part;
        }

        // The number of samples is known only after they are written.
        foreach (var part in Write(Catalogue.Exporter, [new ExporterPart(build, sink.Samples)], format, sink))
        {
            yield return part;
        }
    }

    private static IEnumerable<TPart> Write<TPart>(
        IReadOnlyList<MetricFamily<TPart>> families,
        IReadOnlyList<TPart> parts,
        TextFormat format,
        LineSink sink
    )
        where TPart : Part
    {
        foreach (var family in families)
        {
            sink.Begin(family, format.Head(family));
            foreach (var part in parts)
            {
                sink.Scope(part.Scope);
                family.Write(part, sink);
                yield return part;
            }
        }
    }
}
