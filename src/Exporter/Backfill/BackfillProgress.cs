using System.Text.Json;
using Exporter.Snapshots;

namespace Exporter.Backfill;

/// <summary>
/// What a run has fetched, beside its output, so that the same command goes on after an interruption. To what is no regular file nothing is
/// kept.
/// </summary>
internal sealed class BackfillProgress : IDisposable
{
    private readonly Dictionary<string, IReadOnlyList<StepTotals>> _done = new(StringComparer.Ordinal);
    private readonly StreamWriter? _file;

    private BackfillProgress(BackfillRequest request, string? file)
    {
        if (file is null)
        {
            return;
        }

        // Days that were asked for otherwise, or on another day, are other numbers.
        var heading = $"backfill of {request.First:O} to {request.Last:O} on {request.Today:O}";
#pragma warning disable RS0030 // A file of our own, beside the output, and of any length.
        var lines = File.Exists(file) ? File.ReadAllLines(file) : [];
#pragma warning restore RS0030
        if (lines is [var first, ..] && first == heading)
        {
            foreach (var fetched in lines.Skip(1).Select(Read).OfType<FetchedAutomation>())
            {
                _done[fetched.Key] = fetched.Totals;
            }
        }

        // Goes on where it stood. The interruption may have cut off the last line, so a new one begins; a line that cannot be read counts
        // for nothing.
        _file = new StreamWriter(file, append: _done.Count > 0) { AutoFlush = true, NewLine = "\n" };
        _file.WriteLine(_done.Count > 0 ? "" : heading);
    }

    /// <param name="request">What is fetched.</param>
    /// <param name="file">Where it is kept; <see langword="null"/> is nowhere.</param>
    public static BackfillProgress Open(BackfillRequest request, string? file) => new(request, file);

    public IReadOnlyList<StepTotals>? Find(string key) => _done.GetValueOrDefault(key);

    public void Add(string key, IReadOnlyList<StepTotals> totals)
    {
        _done[key] = totals;
        Write(key, totals);
    }

    public void Dispose() => _file?.Dispose();

    private void Write(string key, IReadOnlyList<StepTotals> totals) =>
        _file?.WriteLine(JsonSerializer.Serialize(new FetchedAutomation(key, totals), BackfillJson.Default.FetchedAutomation));

    /// <returns><see langword="null"/> for what this program has not written so.</returns>
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
