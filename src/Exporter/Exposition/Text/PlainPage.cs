using System.Buffers;
using Exporter.Exposition.Families;
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
    public static IEnumerable<Subject> Write(
        Snapshot snapshot,
        BuildInfo build,
        DateTimeOffset now,
        TextFormat format,
        IBufferWriter<byte> output
    )
    {
        var sink = new LineSink(output);
        var subjects = PageSubjects.FromSnapshot(snapshot, now);
        foreach (var subject in Write(Catalogue.Accounts, subjects.Accounts, format, sink))
        {
            yield return subject;
        }

        foreach (var subject in Write(Catalogue.FamiliesOf(CampaignKind.Automation), subjects.Automations, format, sink))
        {
            yield return subject;
        }

        foreach (var subject in Write(Catalogue.FamiliesOf(CampaignKind.SingleSend), subjects.SingleSends, format, sink))
        {
            yield return subject;
        }

        // The number of samples is known only after they are written.
        foreach (var subject in Write(Catalogue.Exporter, [new ExporterSubject(build, sink.Samples)], format, sink))
        {
            yield return subject;
        }
    }

    private static IEnumerable<TSubject> Write<TSubject>(
        IReadOnlyList<MetricFamily<TSubject>> families,
        IReadOnlyList<TSubject> subjects,
        TextFormat format,
        LineSink sink
    )
        where TSubject : Subject
    {
        foreach (var family in families)
        {
            sink.Begin(family, format.Head(family));
            foreach (var subject in subjects)
            {
                sink.Scope(subject.Scope);
                family.Write(subject, sink);
                yield return subject;
            }
        }
    }
}
