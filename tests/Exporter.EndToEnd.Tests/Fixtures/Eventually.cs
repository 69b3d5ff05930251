namespace Exporter.EndToEnd.Fixtures;

/// <summary>Looks again and again until what is awaited is there, and fails with the last look when it does not come.</summary>
internal static class Eventually
{
    /// <summary>Only a hang lasts so long, on any machine: when all is well it costs nothing.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Each pause between two looks is twice as long as the one before, from the shortest to the longest.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(20),
        LongestPause = TimeSpan.FromMilliseconds(500);

    public static async Task<T> GetAsync<T>(Func<Task<T>> look, Func<T, bool> isGood)
    {
        var time = TimeProvider.System;
        var begun = time.GetTimestamp();
        for (var pause = ShortestPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var seen = await look();
            if (isGood(seen))
            {
                return seen;
            }

            Assert.True(time.GetElapsedTime(begun) < Patience, $"Not within {Patience.TotalSeconds} s. Seen last: {seen}");
            await Task.Delay(pause, time, TestContext.Current.CancellationToken);
        }
    }

    public static Task TrueAsync(Func<Task<bool>> look) => GetAsync(look, static seen => seen);

    public static Task TrueAsync(Func<bool> look) => TrueAsync(() => Task.FromResult(look()));

    /// <summary>Waits until exactly the expected samples are seen.</summary>
    public static async Task EqualAsync(IEnumerable<Sample> expected, Func<Task<IReadOnlyList<Sample>>> look)
    {
        var wanted = Values(expected);
        Assert.NotEmpty(wanted);
        await GetAsync(async () => Difference(wanted, Values(await look())), static difference => difference.Length == 0);
    }

    private static SortedDictionary<string, double> Values(IEnumerable<Sample> samples) =>
        new(samples.ToDictionary(sample => sample.Id, sample => sample.Value, StringComparer.Ordinal), StringComparer.Ordinal);

    private static string Difference(SortedDictionary<string, double> expected, SortedDictionary<string, double> seen)
    {
        string[] differences =
        [
            .. expected.Where(e => !seen.ContainsKey(e.Key)).Select(e => $"missing {e.Key} {e.Value}"),
            .. seen.Where(s => !expected.ContainsKey(s.Key)).Select(s => $"unexpected {s.Key} {s.Value}"),
            .. expected
                .Where(e => seen.TryGetValue(e.Key, out var value) && !value.Equals(e.Value))
                .Select(e => $"{e.Key} is {seen[e.Key]}, not {e.Value}"),
        ];
        return differences.Length == 0
            ? ""
            : $"{differences.Length} differences of {expected.Count} expected and {seen.Count} seen, such "
                + $"as\n{string.Join('\n', differences.Take(6))}";
    }
}
