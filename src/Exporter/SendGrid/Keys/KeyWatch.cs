namespace Exporter.SendGrid.Keys;

/// <summary>
/// Keeps the <see cref="KeyStanding"/> of an account's key for all its requests together: while the key is in doubt one request at a time
/// may ask, and when it is refused only a probe may. Another key begins anew.
/// </summary>
internal sealed class KeyWatch(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly long _started = time.GetTimestamp();
    private string? _key;
    private KeyStanding _standing = KeyStanding.Unknown;
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
    private readonly HashSet<string> _refusedAlone = new(StringComparer.Ordinal);
    private bool _isAsking;
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>What is known of a key.</summary>
    public KeyStanding StandingOf(string key)
    {
        lock (_lock)
        {
            Use(key);
            return _standing;
        }
    }

    /// <summary>Waits while the key is in doubt and it is somebody else's turn to ask, or nobody's yet.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was canceled.</exception>
    public async ValueTask WaitAsync(string key, CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            TimeSpan wait;
            lock (_lock)
            {
                Use(key);
                wait = _standing.NextAsk - Now();
                if (!_standing.IsInDoubt || (!_isAsking && wait <= TimeSpan.Zero))
                {
                    return;
                }

                changed = _changed.Task;
                wait = _isAsking ? Timeout.InfiniteTimeSpan : WholeMilliseconds.Up(wait);
            }

            await changed.WaitAsync(wait, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Asks for the turn to send one request with this key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="isProbe">Whether it may ask although the key is refused.</param>
    /// <returns>
    /// The turn, to be disposed when the answer has been read; <see langword="null"/> when it is none: look at <see cref="StandingOf"/> and wait.
    /// </returns>
    public Turn? TryAsk(string key, bool isProbe)
    {
        lock (_lock)
        {
            Use(key);
            if (_standing.IsRefused)
            {
                return isProbe ? Turn.Free : null;
            }

            if (!_standing.IsInDoubt)
            {
                return Turn.Free;
            }

            if (_isAsking || _standing.NextAsk > Now())
            {
                return null;
            }

            _isAsking = true;
            return new Turn(this);
        }
    }

    /// <summary>Learns that a request with this key was accepted. An answer to a key that is no longer in use says nothing.</summary>
    public void Accepted(string key, string path) =>
        Learn(
            key,
            (standing, _) =>
            {
                _refused.Remove(path);
                _refusedAlone.Remove(path);

                // What was refused while this is accepted is refused by itself.
                _refusedAlone.UnionWith(_refused);
                return standing.Accepted();
            }
        );

    /// <summary>
    /// Learns that a request with this key was answered 401. One whose path was refused before, while others were accepted, speaks for
    /// itself, not for the key: else one campaign would have the whole account refused, again and again.
    /// </summary>
    /// <returns>What is known of the key now.</returns>
    public KeyStanding RecordRefusal(string key, string path, ApiError refusal) =>
        Learn(
            key,
            (standing, now) =>
            {
                _refused.Add(path);
                return _refusedAlone.Contains(path) && !standing.IsRefused ? standing : standing.AfterRefusal(refusal, now);
            }
        );

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TimeSpan Now() => time.GetElapsedTime(_started);

    private KeyStanding Learn(string key, Func<KeyStanding, TimeSpan, KeyStanding> change)
    {
        lock (_lock)
        {
            if (key == _key)
            {
                Become(change(_standing, Now()));
            }

            return _standing;
        }
    }

    private void Use(string key)
    {
        if (key != _key)
        {
            _key = key;
            _refused.Clear();
            _refusedAlone.Clear();
            Become(KeyStanding.Unknown);
        }
    }

    private void Become(KeyStanding next)
    {
        if (next != _standing)
        {
            _standing = next;
            PublishStandings();
        }
    }

    private void PublishStandings()
    {
        _changed.SetResult();
        _changed = NewSignal();
    }

    private void EndAsking()
    {
        lock (_lock)
        {
            _isAsking = false;
            PublishStandings();
        }
    }

    /// <summary>The turn to send one request.</summary>
    internal sealed class Turn(KeyWatch? asking) : IDisposable
    {
        /// <summary>Of a request that nobody waits for.</summary>
        public static readonly Turn Free = new(asking: null);

        public void Dispose() => asking?.EndAsking();
    }
}
