namespace Exporter.SendGrid.Keys;

/// <summary>
/// Keeps the <see cref="KeyStanding"/> of an account's key for all its requests. While the key is in doubt, one request at a time may be
/// sent; once it is refused, only a probe may. Another key starts anew.
/// </summary>
internal sealed class KeyWatch(TimeProvider time)
{
    /// <summary>The paths that are remembered. An account has fewer, but its API may name new ones without end.</summary>
    private const int MostRefused = 4 * AnswerLimits.Campaigns;

    private readonly Lock _lock = new();
    private readonly long _started = time.GetTimestamp();
    private string? _key;
    private KeyStanding _standing = KeyStanding.Unknown;
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
    private readonly HashSet<string> _refusedAlone = new(StringComparer.Ordinal);
    private bool _isAsking;
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>Returns the standing of a key.</summary>
    public KeyStanding StandingOf(string key)
    {
        lock (_lock)
        {
            Use(key);
            return _standing;
        }
    }

    /// <summary>Waits while the key is in doubt and another request is testing it, or the time for the next test has not come.</summary>
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

    /// <summary>Requests the turn to send one request with this key.</summary>
    /// <param name="isProbe">Whether the request may be sent although the key is refused.</param>
    /// <returns>
    /// The turn, to be disposed when the answer has been read; <see langword="null"/> without one: then check <see cref="StandingOf"/> and
    /// wait.
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

    /// <summary>
    /// Records that the API accepted a request with this key. An answer to a key that is no longer in use changes nothing.
    /// </summary>
    public void Accepted(string key, string path) =>
        Learn(
            key,
            (standing, _) =>
            {
                _refused.Remove(path);
                _refusedAlone.Remove(path);

                // The API accepts the key now, so the paths refused so far were refused for reasons of their own.
                if (_refusedAlone.Count < MostRefused)
                {
                    _refusedAlone.UnionWith(_refused);
                }

                return standing.Accepted();
            }
        );

    /// <summary>
    /// Records a 401 for a request with this key. A path that was refused before while others were accepted has a reason of its own, so its
    /// 401 does not count against the key. Otherwise one campaign would have the whole account refused, again and again.
    /// </summary>
    /// <returns>The present standing of the key.</returns>
    public KeyStanding RecordRefusal(string key, string path, ApiError refusal) =>
        Learn(
            key,
            (standing, now) =>
            {
                if (_refused.Count < MostRefused)
                {
                    _refused.Add(path);
                }

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
            Become(new KeyStanding { KeyNumber = _standing.KeyNumber + 1 });
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
        /// <summary>The turn of a request that no other one waits for.</summary>
        public static readonly Turn Free = new(asking: null);

        public void Dispose() => asking?.EndAsking();
    }
}
