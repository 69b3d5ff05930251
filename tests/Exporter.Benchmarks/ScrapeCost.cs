using System.Diagnostics;

namespace Exporter.Benchmarks;

/// <summary>CPU time of one scrape, by servers that take turns, so that whatever else the machine does meets all of them.</summary>
internal static class ScrapeCost
{
    /// <summary>Enough scrapes for the JIT to have compiled all that matters as well as it will.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(0.7);

    /// <summary>Scrapes each server in each round, one scrape after the other.</summary>
    /// <returns>The median over the rounds, in the servers' order.</returns>
    public static async Task<IReadOnlyList<TimeSpan>> AtRestAsync(IReadOnlyList<Server> servers, int rounds)
    {
        foreach (var server in servers)
        {
            await ScrapeForAsync(server, WarmUp);
        }

        var costs = servers.Select(_ => new List<TimeSpan>()).ToList();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < servers.Count; i++)
            {
                costs[i].Add(await ScrapeForAsync(servers[i], Turn));
            }
        }

        return [.. costs.Select(static cost => cost.Median())];
    }

    /// <summary>
    /// What scrapes add to the CPU time of servers that do something else, too: windows with scrapes and windows without take turns, and
    /// the difference is the scrapes', with the rendering that they cause. Between two scrapes the processor has time to forget, so such a
    /// scrape costs any server more than one right after another: only servers at the same pace can be held against each other.
    /// </summary>
    /// <param name="servers">The servers.</param>
    /// <param name="period">Between two scrapes.</param>
    /// <param name="window">Length of a window.</param>
    /// <param name="rounds">Pairs of windows of each server.</param>
    /// <returns>The median over the rounds, in the servers' order.</returns>
    public static async Task<IReadOnlyList<TimeSpan>> AtPaceAsync(
        IReadOnlyList<Server> servers,
        TimeSpan period,
        TimeSpan window,
        int rounds
    )
    {
        var costs = servers.Select(_ => new List<TimeSpan>()).ToList();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < servers.Count; i++)
            {
                costs[i].Add(await AddedAsync(servers[i], period, window));
            }
        }

        return [.. costs.Select(static cost => cost.Median())];
    }

    private static async Task<TimeSpan> AddedAsync(Server server, TimeSpan period, TimeSpan window)
    {
        var (quiet, before) = (Stopwatch.GetTimestamp(), server.Cpu);
        await Task.Delay(window, TimeProvider.System);
        var otherwise = (server.Cpu - before) / Stopwatch.GetElapsedTime(quiet);

        // The first one finds all that changed in the quiet window, and is not one of those that count.
        await server.ScrapeAsync();
        var (begun, scrapes) = (Stopwatch.GetTimestamp(), 0);
        before = server.Cpu;
        using var timer = new PeriodicTimer(period, TimeProvider.System);
        while (Stopwatch.GetElapsedTime(begun) < window)
        {
            await timer.WaitForNextTickAsync();
            await server.ScrapeAsync();
            scrapes++;
        }

        return (server.Cpu - before - (otherwise * Stopwatch.GetElapsedTime(begun))) / scrapes;
    }

    private static async Task<TimeSpan> ScrapeForAsync(Server server, TimeSpan time)
    {
        var (begun, before, scrapes) = (Stopwatch.GetTimestamp(), server.Cpu, 0);
        do
        {
            await server.ScrapeAsync();
            scrapes++;
        } while (Stopwatch.GetElapsedTime(begun) < time);
        return (server.Cpu - before) / scrapes;
    }
}
