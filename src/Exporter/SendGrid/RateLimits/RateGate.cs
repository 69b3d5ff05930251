using Exporter.Snapshots;

namespace Exporter.SendGrid.RateLimits;

/// <summary>
/// The one gate that all requests of an account pass. It spaces them evenly at the configured rate, bounds those in flight, and keeps an
/// endpoint quiet until the time that the API named, for all workers together.
/// </summary>
/// <remarks>
/// <para>
/// System.Threading.RateLimiting is not used here: its limiters let a whole bucket through at once, take no <see cref="TimeProvider"/>, and
/// cannot move a time that the API names later.
/// </para>
/// <para>
/// In any second at most <c>requests_per_second</c> + <c>concurrency</c> requests arrive: slots are 1 / rate apart, and a request holds one
/// of the places in flight before it takes its slot. The gate catches up only on the lateness of a timer.
/// </para>
/// </remarks>
#pragma warning disable CA1001 // Without a wait handle it needs no Dispose, and an account that comes back uses its gate again.
internal sealed class RateGate(RateOptions options, SteadyTime time)
#pragma warning restore CA1001
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _permits = new(options.Concurrency);
    private RateOptions _options = options;
    private int _surplus;
    private readonly Dictionary<ApiEndpoint, EndpointQuota> _quotas = [];
    private readonly Dictionary<ApiEndpoint, ObservedRateLimit?> _limits = [];
    private readonly Dictionary<ApiEndpoint, ApiError> _reasons = [];

    /// <summary>The times before which the API asked not to be asked for a path, in the future when they were recorded.</summary>
    private readonly Dictionary<(string Path, string Asker), DateTimeOffset> _waits = [];
    private DateTimeOffset _nextSlot;

    /// <summary>The requests of documented endpoints that wait for a place or a slot.</summary>
    private int _waiting;

    private TimeSpan Spacing => TimeSpan.FromSeconds(1 / _options.RequestsPerSecond);

    /// <summary>
    /// The part of the time since a slot that is caught up after a wait. On a busy machine timers are late, and each delay would otherwise
    /// be lost. At most half the spacing is caught up, and no more than promise 6 allows.
    /// </summary>
    /// <remarks>
    /// Let requests come up to c spacings late. The busiest second then holds rate + c of them, rounded up, and that must not exceed
    /// rate + 1. At 3 requests a second, c = 0.5 is good: 3.5 rounded up is 4. At 2.8 it is not: 3.3 rounded up is 4, more than 3.8; there
    /// c = 0.2.
    /// </remarks>
    private TimeSpan CatchUpOfTimer => Spacing * Math.Min(0.5, 1 - (_options.RequestsPerSecond % 1));

    /// <summary>
    /// The part that is caught up when no request waited. The delay was then not a timer's, and a burst must not follow it.
    /// </summary>
    private TimeSpan CatchUp => TimeSpan.FromSeconds(Math.Min(0.5 / _options.RequestsPerSecond, 0.005));

    /// <summary>The clock of all moments here.</summary>
    public SteadyTime Time => time;

    /// <summary>Whether nothing is known that the next request would have to respect.</summary>
    public bool IsAtRest
    {
        get
        {
            lock (_lock)
            {
                var now = time.GetUtcNow();
                return _nextSlot <= now
                    && _quotas.Values.All(quota => quota.NotBefore(DateTimeOffset.MaxValue) <= now)
                    && _waits.Values.All(until => until <= now);
            }
        }
    }

    /// <summary>Returns the end of the rest that the API asks for; in the past when the endpoint is free.</summary>
    public DateTimeOffset RestsUntil(ApiEndpoint endpoint) => QuotaOf(endpoint).RestsUntil;

    /// <summary>
    /// Returns the time before which the API asked not to be asked for a path by this asker, a key and perhaps a subuser; the distant past
    /// when it named none. It outlives all that knows the path: a campaign may be delisted, removed or renamed, and come back.
    /// </summary>
    public DateTimeOffset NotBefore(string path, string asker)
    {
        lock (_lock)
        {
            return _waits.GetValueOrDefault((path, asker), DateTimeOffset.MinValue);
        }
    }

    /// <summary>Records a time before which the API asked not to be asked for a path again. It says nothing about another asker.</summary>
    public void RecordWait(string path, string asker, DateTimeOffset until)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            foreach (var past in _waits.Where(wait => wait.Value <= now).Select(static wait => wait.Key).ToList())
            {
                _waits.Remove(past);
            }

            var known = _waits.GetValueOrDefault((path, asker), until);
            _waits[(path, asker)] = known > until ? known : until;
        }
    }

    /// <summary>Returns the limit of an endpoint; <see langword="null"/> until the API has reported it.</summary>
    public ObservedRateLimit? LimitOf(ApiEndpoint endpoint)
    {
        lock (_lock)
        {
            return _limits.GetValueOrDefault(endpoint);
        }
    }

    /// <summary>Waits for a place among the requests in flight; dispose it when the answer has been read.</summary>
    /// <param name="unpacedFrom">See <see cref="EndpointQuota.NotBefore"/>.</param>
    /// <param name="deadline">The end of the time that the caller has.</param>
    /// <returns>
    /// The place; <see langword="null"/> when the endpoint rests beyond <paramref name="deadline"/>, so that waiting would be in vain.
    /// </returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was canceled.</exception>
    public async ValueTask<Permit?> EnterAsync(
        ApiEndpoint endpoint,
        DateTimeOffset unpacedFrom,
        DateTimeOffset deadline,
        CancellationToken cancellation
    )
    {
        while (true)
        {
            // While the endpoint rests, other endpoints use the places in flight.
            var (quota, now) = (QuotaOf(endpoint), time.GetUtcNow());
            if (quota.RestsUntil > now && quota.RestsUntil > deadline)
            {
                return null;
            }

            if (quota.NotBefore(unpacedFrom) is var notBefore && notBefore > now)
            {
                await DelayAsync(notBefore - now, cancellation);
            }

            if (await QueueAsync(endpoint, unpacedFrom, cancellation) is { } place)
            {
                return place;
            }
        }
    }

    /// <summary>Returns the reason why the endpoint rests: the 429 that named the time, or the used-up limit.</summary>
    public ApiError ReasonOf(ApiEndpoint endpoint)
    {
        lock (_lock)
        {
            var until = _quotas.GetValueOrDefault(endpoint).RestsUntil;
            return _reasons.GetValueOrDefault(endpoint) is { } said
                ? said with
                {
                    Message = $"{said.Message}; the wait that it named ends after the deadline",
                    NotBefore = until,
                }
                : new ApiError(FailureReason.RateLimited, "the rate limit is used up, and its period ends after the deadline", until);
        }
    }

    /// <summary>Records an answer.</summary>
    /// <param name="error">The error of the answer; <see langword="null"/> for a good one.</param>
    /// <param name="longest">The longest wait after a 429 that names no time.</param>
    public void Answered(ApiEndpoint endpoint, ApiError? error, RateLimitHeaders headers, TimeSpan longest)
    {
#pragma warning disable CA5394 // Jitter is not a secret.
        var jitter = Random.Shared.NextDouble();
#pragma warning restore CA5394
        var isRefused = error?.Reason == FailureReason.RateLimited;
        var told = isRefused || (error is null && headers.Remaining <= 0) ? headers : headers with { RetryAt = null };
        lock (_lock)
        {
            _limits[endpoint] = ObservedRateLimit.Next(_limits.GetValueOrDefault(endpoint), headers, time.GetUtcNow());
            var before = _quotas.GetValueOrDefault(endpoint);
            var after = before.Answered(isRefused, told, time.GetUtcNow(), longest, jitter);
            _quotas[endpoint] = after;
            if (after.QuietUntil > before.QuietUntil)
            {
                // The error of one campaign says nothing about the others that wait.
                if (isRefused)
                {
                    _reasons[endpoint] = error!;
                }
                else
                {
                    _reasons.Remove(endpoint);
                }
            }
        }
    }

    /// <summary>Adds the API's own words, which come after the headers, to the reason of the rest.</summary>
    public void Explain(ApiEndpoint endpoint, ApiError error)
    {
        lock (_lock)
        {
            if (_reasons.ContainsKey(endpoint))
            {
                _reasons[endpoint] = error;
            }
        }
    }

    /// <summary>
    /// Applies other rates; keeps what is known about the API's limits. Requests in flight beyond a lower concurrency run to their end, and
    /// their places go with them.
    /// </summary>
    public void Reconfigure(RateOptions options)
    {
        lock (_lock)
        {
            var more = options.Concurrency - _options.Concurrency - _surplus;
            _options = options;
            _surplus = Math.Max(0, -more);
            if (more > 0)
            {
                _permits.Release(more);
            }

            // Free places go at once, those in use when they are returned.
            while (_surplus > 0 && _permits.Wait(TimeSpan.Zero))
            {
                _surplus--;
            }
        }
    }

    /// <summary>Waits for a place and a slot.</summary>
    /// <returns><see langword="null"/> when the request must wait for the endpoint after all.</returns>
    private async Task<Permit?> QueueAsync(ApiEndpoint endpoint, DateTimeOffset unpacedFrom, CancellationToken cancellation)
    {
        var counts = endpoint.IsDocumented ? 1 : 0;
        Interlocked.Add(ref _waiting, counts);
        Permit? place = null;
        var isEntered = false;
        try
        {
            place = await TakePermitAsync(endpoint, cancellation);
            isEntered = await TakeSlotAsync(endpoint, unpacedFrom, cancellation);
            return isEntered ? place : null;
        }
        finally
        {
            Interlocked.Add(ref _waiting, -counts);
            if (!isEntered)
            {
                place?.Dispose();
            }
        }
    }

    /// <summary>An undocumented endpoint may never answer, so it takes no place from other endpoints.</summary>
    private async ValueTask<Permit> TakePermitAsync(ApiEndpoint endpoint, CancellationToken cancellation)
    {
        if (!endpoint.IsDocumented)
        {
            return new Permit(static () => { });
        }

        await _permits.WaitAsync(cancellation);
        return new Permit(GiveBack);
    }

    private void GiveBack()
    {
        lock (_lock)
        {
            if (_surplus > 0)
            {
                _surplus--;
                return;
            }
        }

        _permits.Release();
    }

    private EndpointQuota QuotaOf(ApiEndpoint endpoint)
    {
        lock (_lock)
        {
            return _quotas.GetValueOrDefault(endpoint);
        }
    }

    /// <returns><see langword="false"/> when the request must wait for the endpoint after all.</returns>
    private async Task<bool> TakeSlotAsync(ApiEndpoint endpoint, DateTimeOffset unpacedFrom, CancellationToken cancellation)
    {
        for (var hasWaited = false; ; hasWaited = true)
        {
            TimeSpan wait;
            lock (_lock)
            {
                var now = time.GetUtcNow();
                var quota = _quotas.GetValueOrDefault(endpoint);
                if (quota.NotBefore(unpacedFrom) > now)
                {
                    return false;
                }

                // Polls go first: the names take a slot only when no other request waits.
                var isFirst = endpoint.IsDocumented || Volatile.Read(ref _waiting) == 0;
                if (_nextSlot <= now && isFirst)
                {
                    var earliest = now - (hasWaited ? CatchUpOfTimer : CatchUp);
                    _nextSlot = (_nextSlot > earliest ? _nextSlot : earliest) + Spacing;
                    _quotas[endpoint] = quota.Sent(now);
                    return true;
                }

                wait = _nextSlot > now ? _nextSlot - now : Spacing;
            }

            await DelayAsync(wait, cancellation);
        }
    }

    private Task DelayAsync(TimeSpan wait, CancellationToken cancellation) => Task.Delay(WholeMilliseconds.Up(wait), time, cancellation);

    /// <summary>A place among the requests in flight. Disposing it twice returns it once.</summary>
    internal sealed class Permit(Action giveBack) : IDisposable
    {
        private Action? _giveBack = giveBack;

        public void Dispose() => Interlocked.Exchange(ref _giveBack, value: null)?.Invoke();
    }
}
