using Exporter.Snapshots;

namespace Exporter.SendGrid.RateLimits;

/// <summary>
/// The one gate that all requests of an account pass. It spaces them evenly at the configured rate, bounds those in flight, and
/// keeps an endpoint quiet until the time that the API named, for all workers together.
/// </summary>
/// <remarks>
/// <para>
/// System.Threading.RateLimiting is not used here: its limiters let a whole bucket through at once, take no
/// <see cref="TimeProvider"/>, and cannot move a time that the API names later.
/// </para>
/// <para>
/// In any second at most <c>requests_per_second</c> + <c>concurrency</c> requests arrive: slots are 1 / rate apart, and a request
/// holds one of the places in flight before it takes its slot. Only as much is caught up as a timer is late.
/// </para>
/// <para>
/// The gate counts on a clock of its own, which begins at the machine's and does not jump when that one is set.
/// </para>
/// </remarks>
internal sealed class RateGate(RateOptions options, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _places = new(options.Concurrency);
    private RateOptions _options = options;
    private int _surplus;
    private readonly DateTimeOffset _start = time.GetUtcNow();
    private readonly long _started = time.GetTimestamp();
    private readonly Dictionary<ApiEndpoint, EndpointQuota> _budgets = [];
    private readonly Dictionary<ApiEndpoint, ObservedRateLimit?> _limits = [];
    private readonly Dictionary<ApiEndpoint, ApiError> _reasons = [];
    private DateTimeOffset _nextSlot;

    private TimeSpan Spacing => TimeSpan.FromSeconds(1 / _options.RequestsPerSecond);

    /// <summary>
    /// How much of the time since a slot is caught up when somebody waited for it: on a busy machine timers are late, and what is lost by
    /// each of them is never sent. At most half of the way to the next slot, and no more than leaves room in the busiest second: when
    /// requests come up to c slots late, it holds at most rate + c of them, rounded up, which must not be more than rate + 1.
    /// </summary>
    private TimeSpan CatchUpOfTimer => Spacing * Math.Min(0.5, 1 - (_options.RequestsPerSecond % 1));

    /// <summary>The same when nobody waited: then it was not the timer, and a bunch is not to follow.</summary>
    private TimeSpan CatchUp => TimeSpan.FromSeconds(Math.Min(0.5 / _options.RequestsPerSecond, 0.005));

    private DateTimeOffset Now() => _start + time.GetElapsedTime(_started);

    /// <summary>Until when this endpoint must be left alone; the present when it is free.</summary>
    public DateTimeOffset NotBefore(ApiEndpoint endpoint) => time.GetUtcNow() + Rest(endpoint);

    /// <summary>The limit of an endpoint; <see langword="null"/> until the API has told.</summary>
    public ObservedRateLimit? LimitOf(ApiEndpoint endpoint)
    {
        lock (_lock)
        {
            return _limits.GetValueOrDefault(endpoint);
        }
    }

    /// <summary>Waits for a place; dispose it when the answer has been read.</summary>
    /// <returns>
    /// The place, or <see langword="null"/> when the endpoint rests beyond <paramref name="deadline"/>: waiting would be in vain.
    /// </returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was canceled.</exception>
    public async ValueTask<Place?> EnterAsync(ApiEndpoint endpoint, DateTimeOffset deadline, CancellationToken cancellation)
    {
        while (true)
        {
            // While the endpoint rests, the places in flight belong to the other endpoints.
            var rest = Rest(endpoint);
            if (rest > TimeSpan.Zero && time.GetUtcNow() + rest > deadline)
            {
                return null;
            }

            await DelayAsync(rest, cancellation);
            var place = await TakePlaceAsync(endpoint, cancellation);
            try
            {
                if (await TakeSlotAsync(endpoint, cancellation))
                {
                    return place;
                }

                place.Dispose();
            }
            catch (OperationCanceledException)
            {
                place.Dispose();
                throw;
            }
        }
    }

    /// <summary>Why the endpoint rests: as trouble of the answer that named the time, or of the used-up limit.</summary>
    public ApiError ReasonOf(ApiEndpoint endpoint)
    {
        lock (_lock)
        {
            var until = time.GetUtcNow() + (_budgets.GetValueOrDefault(endpoint).NotBefore - Now());
            return _reasons.GetValueOrDefault(endpoint) is { } said
                ? said with
                {
                    Message = $"{said.Message}; the time to wait that it named ends after the deadline",
                    NotBefore = until,
                }
                : new ApiError(FailureReason.RateLimited, "the rate limit is used up until after the deadline", until);
        }
    }

    /// <summary>Learns from an answer.</summary>
    /// <param name="endpoint">Whose.</param>
    /// <param name="error">What it was other than a good one.</param>
    /// <param name="headers">What it said of waits.</param>
    /// <param name="longest">The longest wait after a 429 that names no time.</param>
    public void Answered(ApiEndpoint endpoint, ApiError? error, RateLimitHeaders headers, TimeSpan longest)
    {
#pragma warning disable CA5394 // Jitter is no secret.
        var jitter = Random.Shared.NextDouble();
#pragma warning restore CA5394
        var ahead = Now() - time.GetUtcNow();
        var told = headers with { ResetAt = headers.ResetAt + ahead, RetryAt = headers.RetryAt + ahead };
        lock (_lock)
        {
            _limits[endpoint] = ObservedRateLimit.Next(_limits.GetValueOrDefault(endpoint), headers, time.GetUtcNow());
            var before = _budgets.GetValueOrDefault(endpoint);
            var after = before.Answered(error?.Reason == FailureReason.RateLimited, told, Now(), longest, jitter);
            _budgets[endpoint] = after;
            if (after.QuietUntil > before.QuietUntil)
            {
                if (error is null)
                {
                    _reasons.Remove(endpoint);
                }
                else
                {
                    _reasons[endpoint] = error;
                }
            }
        }
    }

    /// <summary>
    /// From here on other rates hold; what was learned of the API's limits stays. Requests in flight beyond a lower concurrency end as
    /// they would have, and their places go with them.
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
                _places.Release(more);
            }

            // Free places go at once; those in use when they are given back.
            while (_surplus > 0 && _places.Wait(TimeSpan.Zero))
            {
                _surplus--;
            }
        }
    }

    public void Dispose() => _places.Dispose();

    /// <summary>What nobody documents may never answer: it takes no place from anything else.</summary>
    private async ValueTask<Place> TakePlaceAsync(ApiEndpoint endpoint, CancellationToken cancellation)
    {
        if (!endpoint.IsDocumented)
        {
            return new Place(static () => { });
        }

        await _places.WaitAsync(cancellation);
        return new Place(GiveBack);
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

        _places.Release();
    }

    private TimeSpan Rest(ApiEndpoint endpoint)
    {
        lock (_lock)
        {
            var rest = _budgets.GetValueOrDefault(endpoint).NotBefore - Now();
            return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
        }
    }

    /// <returns><see langword="false"/> when the endpoint has to rest after all.</returns>
    private async Task<bool> TakeSlotAsync(ApiEndpoint endpoint, CancellationToken cancellation)
    {
        for (var hasWaited = false; ; hasWaited = true)
        {
            TimeSpan wait;
            lock (_lock)
            {
                var now = Now();
                var budget = _budgets.GetValueOrDefault(endpoint);
                if (budget.NotBefore > now)
                {
                    return false;
                }

                if (_nextSlot <= now)
                {
                    var earliest = now - (hasWaited ? CatchUpOfTimer : CatchUp);
                    _nextSlot = (_nextSlot > earliest ? _nextSlot : earliest) + Spacing;
                    _budgets[endpoint] = budget.Sent(now);
                    return true;
                }

                wait = _nextSlot - now;
            }

            await DelayAsync(wait, cancellation);
        }
    }

    private Task DelayAsync(TimeSpan wait, CancellationToken cancellation) => Task.Delay(WholeMilliseconds.Up(wait), time, cancellation);

    /// <summary>A place among the requests in flight; disposing it twice gives it back once.</summary>
    internal sealed class Place(Action giveBack) : IDisposable
    {
        private Action? _giveBack = giveBack;

        public void Dispose() => Interlocked.Exchange(ref _giveBack, value: null)?.Invoke();
    }
}
