namespace Simulator;

/// <summary>Counts the requests that each account sends to each endpoint in each refresh period, in real time.</summary>
internal sealed class RateLimits(int limit, TimeSpan window, TimeProvider time)
{
    private readonly Lock _counting = new();
    private readonly Dictionary<(string Account, string Endpoint), (long Window, int Used)> _used = [];

    /// <summary>Takes one request from the budget, and returns the new state.</summary>
    public RateState Take(string account, string endpoint)
    {
        var current = time.GetUtcNow().UtcTicks / window.Ticks;
        lock (_counting)
        {
            var (last, used) = _used.GetValueOrDefault((account, endpoint));
            used = last == current ? used + 1 : 1;
            _used[(account, endpoint)] = (current, used);
            return new(limit, limit - used, new((current + 1) * window.Ticks, TimeSpan.Zero));
        }
    }
}
