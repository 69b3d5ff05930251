namespace Simulator;

/// <summary>The world's time: it starts at the real time and runs <see cref="Speed"/> times as fast.</summary>
public sealed class SimulatedClock
{
    private readonly TimeProvider _time;
    private readonly Lock _changing = new();
    private (DateTimeOffset Now, long Timestamp, bool IsFrozen) _set;

    internal SimulatedClock(TimeProvider time, double speed) =>
        (_time, Speed, _set) = (time, speed, (time.GetUtcNow(), time.GetTimestamp(), false));

    /// <summary>The factor by which it runs faster than real time.</summary>
    public double Speed { get; }

    /// <summary>The world's present.</summary>
    public DateTimeOffset Now
    {
        get
        {
            lock (_changing)
            {
                return _set.IsFrozen ? _set.Now : _set.Now + (_time.GetElapsedTime(_set.Timestamp) * Speed);
            }
        }
    }

    /// <summary>Stops the clock; <see cref="Advance"/> still moves it.</summary>
    public void Freeze() => Set(TimeSpan.Zero, frozen: true);

    /// <summary>Lets the clock run on from its present time.</summary>
    public void Resume() => Set(TimeSpan.Zero, frozen: false);

    /// <summary>Moves the clock forward at once.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        lock (_changing)
        {
            Set(by, _set.IsFrozen);
        }
    }

    private void Set(TimeSpan by, bool frozen)
    {
        lock (_changing)
        {
            _set = (Now + by, _time.GetTimestamp(), frozen);
        }
    }
}
