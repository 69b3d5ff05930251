namespace Simulator;

/// <summary>Records all received requests in the order of arrival; only the newest hundred thousand are kept.</summary>
public sealed class RequestLog
{
    private const int Most = 100_000;

    private readonly Lock _changing = new();
    private readonly List<LoggedRequest> _requests = [];
    private int _cleared;

    /// <summary>The number of requests in the log.</summary>
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

    /// <summary>Returns a copy of the requests so far.</summary>
    public IReadOnlyList<LoggedRequest> Snapshot()
    {
        lock (_changing)
        {
            return [.. _requests];
        }
    }

    /// <summary>Removes all requests.</summary>
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

    /// <summary>Completes a request, unless it has been removed.</summary>
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
