namespace Exporter.Tests.VirtualTime;

/// <summary>
/// A clock that only its test moves. It also counts as a machine's does: setting the time of day leaves timers and timestamps alone.
/// </summary>
/// <remarks>
/// Unlike FakeTimeProvider it tells when the next timer is due, so that a driver can go from one to the next and miss none. Callbacks run
/// on the thread that moves the clock, and most of what they start does so too: that costs no change of threads, which are slow on a busy
/// machine.
/// </remarks>
/// <param name="start">The time of day to begin with.</param>
internal sealed class VirtualClock(DateTimeOffset? start = null) : TimeProvider
{
    private readonly Lock _changing = new();
    private readonly PriorityQueue<VirtualTimer, (TimeSpan Due, long Number)> _timers = new();
    private readonly DateTimeOffset _start = start ?? new(2026, 3, 2, 9, 0, 0, 250, TimeSpan.Zero);
    private TimeSpan _elapsed;
    private TimeSpan _setBy;
    private long _number;

    /// <summary>Held while somebody moves it.</summary>
    public Lock Driving { get; } = new();

    /// <summary>How long it has run.</summary>
    public TimeSpan Elapsed
    {
        get
        {
            lock (_changing)
            {
                return _elapsed;
            }
        }
    }

    /// <summary>How many timers have run: a program that only waits has few.</summary>
    public long Rings { get; private set; }

    /// <summary>When the next timer is due, on the scale of <see cref="Elapsed"/>; <see langword="null"/> when none is set.</summary>
    public TimeSpan? NextDue
    {
        get
        {
            lock (_changing)
            {
                while (_timers.TryPeek(out var timer, out var place) && !timer.IsAt(place))
                {
                    _timers.Dequeue();
                }

                return _timers.TryPeek(out _, out var next) ? next.Due : null;
            }
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_changing)
        {
            return _start + _elapsed + _setBy;
        }
    }

    public override long GetTimestamp() => Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Sets the time of day, as an operator or NTP does.</summary>
    public void SetTimeOfDay(TimeSpan by)
    {
        lock (_changing)
        {
            _setBy += by;
        }
    }

    /// <summary>Time passes while the machine is suspended: clocks count it, and timers do not.</summary>
    public void Suspend(TimeSpan length)
    {
        lock (_changing)
        {
            _elapsed += length;
            var waiting = _timers.UnorderedItems.Where(static each => each.Element.IsAt(each.Priority)).Select(static each => each.Element);
            foreach (var timer in waiting.ToList())
            {
                timer.Delay(length);
            }
        }
    }

    /// <summary>
    /// Moves on to a moment of <see cref="Elapsed"/>, at most to the next timer, and runs the callbacks of all timers due then.
    /// </summary>
    public void MoveTo(TimeSpan moment)
    {
        var due = NextDue is { } next && next < moment ? next : moment;
        List<VirtualTimer> firing = [];
        lock (_changing)
        {
            _elapsed = due > _elapsed ? due : _elapsed;
            while (_timers.TryPeek(out var timer, out var place) && place.Due <= _elapsed)
            {
                _timers.Dequeue();
                if (timer.IsAt(place))
                {
                    timer.Fired();
                    Rings++;
                    firing.Add(timer);
                }
            }
        }

        firing.ForEach(timer => timer.Run());
    }

    private sealed class VirtualTimer(VirtualClock clock, TimerCallback callback, object? state) : ITimer
    {
#pragma warning disable CA2213 // Shared with whoever else runs in it.
        private readonly ExecutionContext? _context = ExecutionContext.Capture();
#pragma warning restore CA2213
        private (TimeSpan Due, long Number)? _place;
        private TimeSpan _period = Timeout.InfiniteTimeSpan;
        private bool _isDisposed;

        public bool IsAt((TimeSpan Due, long Number) place) => _place == place;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._changing)
            {
                _period = period;
                Place(dueTime);
                return !_isDisposed;
            }
        }

        /// <summary>Under the clock's lock: plans the next time.</summary>
        public void Fired() => Place(_period > TimeSpan.Zero ? _period : Timeout.InfiniteTimeSpan);

        /// <summary>Under the clock's lock: the clock has gone on without it.</summary>
        public void Delay(TimeSpan by)
        {
            if (_place is { } place)
            {
                _place = (place.Due + by, place.Number);
                clock._timers.Enqueue(this, _place.Value);
            }
        }

        public void Run()
        {
            if (_context is null)
            {
                Call();
            }
            else
            {
                ExecutionContext.Run(_context, static timer => ((VirtualTimer)timer!).Call(), this);
            }
        }

        public void Dispose()
        {
            lock (clock._changing)
            {
                _isDisposed = true;
                _place = null;
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        private void Call() => callback(state);

        private void Place(TimeSpan after)
        {
            _place = _isDisposed || after < TimeSpan.Zero ? null : (clock._elapsed + after, ++clock._number);
            if (_place is { } place)
            {
                clock._timers.Enqueue(this, place);
            }
        }
    }
}
