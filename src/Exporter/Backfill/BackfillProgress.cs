using System.Text.Json;
using Exporter.Disk;
using Exporter.Snapshots;

namespace Exporter.Backfill;

/// <summary>
/// Keeps the data that a run has fetched beside its output, so that the same command continues after an interruption. Without a regular
/// output file nothing is kept.
/// </summary>
internal sealed class BackfillProgress : IDisposable
{
    private const string Heading = "backfill of ";

    private readonly Dictionary<string, IReadOnlyList<StepTotals>> _done = new(StringComparer.Ordinal);
    private readonly StreamWriter? _file;

    private BackfillProgress(BackfillRequest request, string? file)
    {
        if (file is null)
        {
            return;
        }

        // Another request, or the same one on another day, gives other numbers.
        var heading = $"{Heading}{request.First:O} to {request.Last:O} on {request.Today:O}";
        var lines = File.Exists(file) ? LinesOf(file) : [];
        if (lines is [var first, ..] && first == heading)
        {
            foreach (var fetched in lines.Skip(1).Select(Read).OfType<FetchedAutomation>())
            {
                _done[fetched.Key] = fetched.Totals;
            }
        }

        // Continues where the last run stopped. The interruption may have cut off the last line, so this starts a new one; a line that
        // cannot be read is ignored.
        _file = new StreamWriter(file, append: _done.Count > 0) { AutoFlush = true, NewLine = "\n" };
        FileGrowth.Told(() => _file.WriteLine(_done.Count > 0 ? "" : heading));
    }

    /// <param name="request">The request that is fetched.</param>
    /// <param name="file">The file to use; <see langword="null"/> keeps nothing.</param>
    public static BackfillProgress Open(BackfillRequest request, string? file) => new(request, file);

    /// <summary>Whether a file is empty or was begun by a run.</summary>
    public static bool MayContinue(string file)
    {
        using var reader = new StreamReader(OpenFile.ReadRegular(file));
        var start = new char[Heading.Length];
        var length = reader.ReadBlock(start);
        return length == 0 || Heading.StartsWith(new string(start, 0, length), StringComparison.Ordinal);
    }

    public IReadOnlyList<StepTotals>? Find(string key) => _done.GetValueOrDefault(key);

    public void Add(string key, IReadOnlyList<StepTotals> totals)
    {
        _done[key] = totals;
        Write(key, totals);
    }

    public void Dispose() => _file?.Dispose();

    private void Write(string key, IReadOnlyList<StepTotals> totals) =>
        FileGrowth.Told(() =>
            _file?.WriteLine(JsonSerializer.Serialize(new FetchedAutomation(key, totals), BackfillJson.Default.FetchedAutomation))
        );

    private static List<string> LinesOf(string file)
    {
        using var reader = new StreamReader(OpenFile.ReadRegular(file));
        var lines = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        return lines;
    }

    /// <returns><see langword="null"/> for a line that this program did not write in this form.</returns>
    private static FetchedAutomation? Read(string line)
    {
        try
        {
            var read = JsonSerializer.Deserialize(line, BackfillJson.Default.FetchedAutomation);
            return read is { Key: not null, Totals: not null } && read.Totals.All(IsWhole) ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsWhole(StepTotals? totals) =>
        totals is { StepId: not null, Ends: not null } && EmailStatistics.Names.Contains(totals.Statistic, StringComparer.Ordinal);
}
