using System.Diagnostics;

namespace Exporter.Benchmarks;

/// <summary>Many scrapers at the same time: how long the slowest of a hundred scrapes takes.</summary>
internal static class Crowd
{
    public const int Scrapers = 20;

    /// <summary>
    /// Crowds around each server in turn. The first turn does not count: a young connection waits for acknowledgements that are delayed by
    /// 40 ms (RFC 1122, section 4.2.3.2), whoever serves, and scrapers keep their connections.
    /// </summary>
    /// <param name="servers">The servers.</param>
    /// <param name="period">Between two scrapes of one scraper.</param>
    /// <param name="window">How long one server has its crowd.</param>
    /// <param name="rounds">Turns of each server.</param>
    /// <returns>The 99th percentile of all scrapes of each server.</returns>
    public static async Task<IReadOnlyList<TimeSpan>> PercentilesAsync(
        IReadOnlyList<Server> servers,
        TimeSpan period,
        TimeSpan window,
        int rounds
    )
    {
        var times = servers.Select(_ => new List<TimeSpan>()).ToList();
        for (var round = 0; round <= rounds; round++)
        {
            for (var i = 0; i < servers.Count; i++)
            {
                var server = servers[i];
                var crowd = await Task.WhenAll(
                    Enumerable.Range(0, Scrapers).Select(number => ScrapeAsync(server, period * number / Scrapers, period, window))
                );
                times[i].AddRange(round == 0 ? [] : crowd.SelectMany(static each => each));
            }
        }

        return [.. times.Select(static all => all.Percentile(0.99))];
    }

    private static async Task<IReadOnlyList<TimeSpan>> ScrapeAsync(Server server, TimeSpan offset, TimeSpan period, TimeSpan window)
    {
        var (times, begun) = (new List<TimeSpan>(), Stopwatch.GetTimestamp());
        await Task.Delay(offset, TimeProvider.System);
        using var timer = new PeriodicTimer(period, TimeProvider.System);
        while (Stopwatch.GetElapsedTime(begun) < window)
        {
            var asked = Stopwatch.GetTimestamp();
            await server.ScrapeAsync();
            times.Add(Stopwatch.GetElapsedTime(asked));
            await timer.WaitForNextTickAsync();
        }

        return times;
    }
}

/// <summary>The middle of measurements, and their upper end.</summary>
internal static class Quantiles
{
    public static TimeSpan Median(this IReadOnlyCollection<TimeSpan> values) => values.Percentile(0.5);

    public static TimeSpan Percentile(this IReadOnlyCollection<TimeSpan> values, double part) =>
        values.Order().ElementAt((int)Math.Min(values.Count - 1, part * values.Count));
}
