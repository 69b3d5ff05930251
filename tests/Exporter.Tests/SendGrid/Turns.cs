using System.Collections.Concurrent;
using Exporter.SendGrid;
using Exporter.SendGrid.RateLimits;
using Exporter.Snapshots;
using Microsoft.Extensions.Time.Testing;

namespace Exporter.Tests.SendGrid;

/// <summary>Runs workers of one rate gate turn by turn on one thread and a clock of its own, so that every run is the same.</summary>
internal sealed class Turns(RateOptions options) : SynchronizationContext
{
    private readonly ConcurrentQueue<(SendOrPostCallback Callback, object? State)> _posted = new();
    private readonly List<Task> _working = [];

    public FakeTimeProvider Clock { get; } = new();

    /// <summary>How far the machine's clock was set, while time went on as before.</summary>
    public TimeSpan ClockSetBy { get; set; }

    public RateGate Gate => field ??= new RateGate(options, new SteadyTime(new MachineClock(this)));

    public bool IsDone => _working.TrueForAll(work => work.IsCompleted);

    public List<(ApiEndpoint Endpoint, DateTimeOffset Time)> Sent { get; } = [];

    public int InFlight { get; private set; }

    public int MostInFlight { get; private set; }

    public override void Post(SendOrPostCallback d, object? state) => _posted.Enqueue((d, state));

    /// <summary>A worker that sends one request after the other, each answered after some time.</summary>
    public void Work(
        ApiEndpoint endpoint,
        TimeSpan answerTime,
        int requests = int.MaxValue,
        Func<(bool Refused, RateLimitHeaders Headers)>? answer = null
    ) => Do(() => _working.Add(WorkAsync(endpoint, answerTime, requests, answer)));

    public void Run(TimeSpan length, TimeSpan? step = null)
    {
        var end = Clock.GetUtcNow() + length;
        while (Clock.GetUtcNow() < end)
        {
            Do(() => Clock.Advance(step ?? TimeSpan.FromMilliseconds(1)));
        }
    }

    private async Task WorkAsync(
        ApiEndpoint endpoint,
        TimeSpan answerTime,
        int requests,
        Func<(bool Refused, RateLimitHeaders Headers)>? answer
    )
    {
        for (var i = 0; i < requests; i++)
        {
            using var place = await Gate.EnterAsync(endpoint, DateTimeOffset.MaxValue, DateTimeOffset.MaxValue, CancellationToken.None);
            Sent.Add((endpoint, Clock.GetUtcNow()));
            MostInFlight = Math.Max(MostInFlight, ++InFlight);
            await Task.Delay(answerTime, Clock, CancellationToken.None);
            InFlight--;
            if (answer?.Invoke() is { } told)
            {
                Gate.Answered(endpoint, told.Refused ? Told.TooManyRequests : null, told.Headers, EndpointQuota.MaxUnnamedWait);
            }
        }
    }

    private void Do(Action action)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            action();
            while (_posted.TryDequeue(out var posted))
            {
                posted.Callback(posted.State);
            }
        }
        finally
        {
            SetSynchronizationContext(before);
        }

        Assert.All(_working, work => Assert.False(work.IsFaulted, work.Exception?.ToString()));
    }
}

/// <summary>A clock that can be set: <see cref="FakeTimeProvider.AdjustTime"/> would set its timestamps too.</summary>
internal sealed class MachineClock(Turns turns) : TimeProvider
{
    public override long TimestampFrequency => turns.Clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => turns.Clock.GetUtcNow() + turns.ClockSetBy;

    public override long GetTimestamp() => turns.Clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        turns.Clock.CreateTimer(callback, state, dueTime, period);
}

/// <summary>What an answer tells about the rate limit.</summary>
internal static class Told
{
    public static ApiError TooManyRequests { get; } = new(FailureReason.RateLimited, "429");

    public static RateLimitHeaders Nothing => default;

    public static RateLimitHeaders RetryAfter(DateTimeOffset moment) => new() { RetryAt = moment };

    public static RateLimitHeaders Reset(DateTimeOffset moment, long? remaining = null) =>
        new()
        {
            Limit = 600,
            Remaining = remaining,
            ResetAt = moment,
            ResetEpochSeconds = moment.ToUnixTimeSeconds(),
        };
}

/// <summary>Arithmetic on times of requests.</summary>
internal static class Traffic
{
    /// <summary>The most requests that any second holds.</summary>
    public static int BusiestSecond(IEnumerable<DateTimeOffset> times)
    {
        var sorted = times.Order().ToList();
        var (most, first) = (0, 0);
        for (var last = 0; last < sorted.Count; last++)
        {
            while (sorted[last] - sorted[first] >= TimeSpan.FromSeconds(1))
            {
                first++;
            }

            most = Math.Max(most, last - first + 1);
        }

        return most;
    }
}
