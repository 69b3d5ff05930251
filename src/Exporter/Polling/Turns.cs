using Exporter.SendGrid;

namespace Exporter.Polling;

/// <summary>
/// Lets work run side by side, and what it hands back one after the other, in turns with whoever else changes the same state. One loop
/// begins work and waits; anybody may take a turn and wake it.
/// </summary>
internal sealed class Turns(TimeProvider time)
{
    private readonly HashSet<Task<Action>> _running = [];
    private volatile TaskCompletionSource<Action> _woken = NewAlarm();

    /// <summary>Held by whoever changes the state.</summary>
    public Lock Turn { get; } = new();

    /// <summary>Takes work whose result is to be acted upon. Only for the loop.</summary>
    public void Begin(Task<Action> work) => _running.Add(work);

    /// <summary>Ends a wait of the loop, or the next one if it does not wait.</summary>
    public void Wake() => _woken.TrySetResult(static () => { });

    /// <summary>Waits until some work ends, and acts upon it in a turn; or until woken, or for so long.</summary>
    public async Task NextAsync(TimeSpan longest, CancellationToken stopping)
    {
        using var alarm = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var (woken, timer) = (_woken.Task, TimerAsync(longest, alarm.Token));
        var ended = await Task.WhenAny([.. _running, woken, timer]);
        if (!timer.IsCompleted)
        {
            await alarm.CancelAsync();
        }

        _running.Remove(ended);
        if (woken.IsCompleted)
        {
            // Before the next look at the state: a reload after that look finds the new one.
            _woken = NewAlarm();
        }

        var act = await ended;
        lock (Turn)
        {
            act();
        }
    }

    /// <summary>Waits for all work; nothing is done with what it hands back.</summary>
    public Task AllEndedAsync() => Task.WhenAll(_running);

    private static TaskCompletionSource<Action> NewAlarm() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<Action> TimerAsync(TimeSpan pause, CancellationToken alarm)
    {
        await Task.Delay(WholeMilliseconds.Up(pause), time, alarm).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return static () => { };
    }
}
