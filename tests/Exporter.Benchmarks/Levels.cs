using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using Exporter.Exposition.Gzip;
using Exporter.Exposition.Text;
using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.Benchmarks;

/// <summary>What each level of zlib makes of a page, in pieces and as a whole, and how long it takes.</summary>
internal static class Levels
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Seen = Now.AddHours(1);

    public static int Print(TextWriter output)
    {
        foreach (var automations in (int[])[10, 100])
        {
            var snapshot = SnapshotOf(automations);
            var page = new PageBuilder(BuildInfo.Current).Build(snapshot, Seen);
            var whole = new ArrayBufferWriter<byte>();
            foreach (var _ in PlainPage.Write(snapshot, BuildInfo.Current, Seen, TextFormat.Prometheus, whole)) { }

            var (texts, start) = (new List<ReadOnlyMemory<byte>>(), 0);
            foreach (var piece in page.Tables.SelectMany(static table => table.Pieces(TextFormat.Prometheus)))
            {
                texts.Add(whole.WrittenMemory.Slice(start, piece.Length));
                start += piece.Length;
            }

            var series = page.Tables.Sum(static table => table.Samples);
            var largest = texts.Max(static text => text.Length);
            output.WriteLine($"\n{series} series, {whole.WrittenCount} bytes, {texts.Count} pieces, largest {largest}:\n");
            output.WriteLine("| level | bytes a series in pieces | in groups of 64 kB | 256 kB | as a whole | MB/s in pieces |");
            output.WriteLine("|---|---|---|---|---|---|");
            for (var level = 1; level <= 9; level++)
            {
                var before = Environment.CpuUsage.TotalTime;
                var inPieces = texts.Sum(text => Compress(text, level));
                var speed = start / (Environment.CpuUsage.TotalTime - before).TotalSeconds / 1e6;
                long[] sizes =
                [
                    inPieces,
                    Grouped(texts, whole.WrittenMemory, 64 * 1024, level),
                    Grouped(texts, whole.WrittenMemory, 256 * 1024, level),
                    Compress(whole.WrittenMemory, level),
                ];
                var cells = sizes.Select(bytes => string.Create(CultureInfo.InvariantCulture, $" {(double)bytes / series:F2} |"));
                output.WriteLine($"| {level} |{string.Concat(cells)} {speed:F0} |");
            }
        }

        return 0;
    }

    private static long Grouped(List<ReadOnlyMemory<byte>> texts, ReadOnlyMemory<byte> whole, int size, int level)
    {
        var (total, start, length) = (0L, 0, 0);
        foreach (var text in texts)
        {
            length += text.Length;
            if (length >= size)
            {
                total += Compress(whole.Slice(start, length), level);
                (start, length) = (start + length, 0);
            }
        }

        return total + (length > 0 ? Compress(whole.Slice(start, length), level) : 0);
    }

    private static long Compress(ReadOnlyMemory<byte> text, int level)
    {
        using var output = new MemoryStream();
        using (var deflate = new DeflateStream(output, new ZLibCompressionOptions { CompressionLevel = level }, leaveOpen: true))
        {
            deflate.Write(text.Span);
            deflate.Flush();
        }

        return output.Length;
    }

    private static Snapshot SnapshotOf(int automations) =>
        new()
        {
            MaxAge = TimeSpan.FromDays(1),
            Accounts = [new AccountSnapshot { Name = "main", Campaigns = [.. Enumerable.Range(0, automations).Select(CampaignOf)] }],
        };

    private static CampaignSnapshot CampaignOf(int number)
    {
        var polled = Now.AddMilliseconds(number * 2970);
        return new CampaignSnapshot
        {
            Kind = CampaignKind.Automation,
            Id = FakeSendGrid.IdOf(number).ToString(),
            Label = $"automation-{number:0000}",
            Interval = TimeSpan.FromMinutes(5),
            Health = PollHealth.Untried.Succeeded(polled, TimeSpan.FromSeconds(1.234), 4),
            Data = new CampaignData
            {
                Links = LinkTable
                    .Empty.ApplyWalk(Rows(number, 0), new LinksOptions(), Now)
                    .ApplyWalk(Rows(number, 1), new LinksOptions(), polled),
                Statistics = EmailStatistics.ReuseUnchanged(
                    [.. Enumerable.Range(0, Size.Steps).Select(step => StatisticsOf(number, step))],
                    []
                ),
            },
        };
    }

    private static EmailStatistics StatisticsOf(int automation, int step) =>
        new(
            new EmailKey(Believable.StepId(automation, step).ToString()),
            [
                .. Enumerable
                    .Range(100 * (step + 1), EmailStatistics.Names.Length)
                    .Select(number => (long?)Believable.Clicks(automation, number)),
            ]
        );

    private static ObservedLink[] Rows(int automation, int walk) =>
        [
            .. Enumerable
                .Range(0, 210)
                .Select(link => new ObservedLink(
                    new EmailKey(Believable.StepId(automation, link % Size.Steps).ToString()),
                    $"{link / Size.Steps}",
                    Believable.Url(automation, link),
                    Believable.Clicks(automation, link) + walk
                )),
        ];
}
