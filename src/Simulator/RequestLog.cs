namespace Simulator;

/// <summary>Every request that was received, in the order of arrival; of very many, the newest hundred thousand.</summary>
public sealed class RequestLog
{
    private const int Most = 100_000;

    private readonly Lock _changing = new();
    private readonly List<LoggedRequest> _requests = [];
    private int _cleared;

    /// <summary>How many requests there are now.</summary>
    public int Count
    {
        get
        {
            lock (_changing)
            {
                return _requests.Count;
            }
        }
    }

    /// <summary>The requests so far; it does not change any more.</summary>
    public IReadOnlyList<LoggedRequest> Snapshot()
    {
        lock (_changing)
        {
            return [.. _requests];
        }
    }

    /// <summary>Forgets all requests.</summary>
    public void Clear()
    {
        lock (_changing)
        {
            Forget(_requests.Count);
        }
    }

    internal int Add(LoggedRequest request)
    {
        lock (_changing)
        {
            if (_requests.Count >= Most)
            {
                Forget(Most / 10);
            }

            _requests.Add(request);
            return _cleared + _requests.Count - 1;
        }
    }

    /// <summary>Completes a request, unless it was forgotten meanwhile.</summary>
    internal void Answered(int number, int? status, IReadOnlyList<string> behaviours)
    {
        lock (_changing)
        {
            if (number >= _cleared)
            {
                _requests[number - _cleared] = _requests[number - _cleared] with { Status = status, Behaviours = behaviours };
            }
        }
    }

    private void Forget(int oldest)
    {
        _cleared += oldest;
        _requests.RemoveRange(0, oldest);
    }
}
