using System.Collections.Concurrent;

namespace Exporter.Tests.Polling;

/// <summary>Holds back what goes on after an await: a test takes it step by step and decides between which two something happens.</summary>
internal sealed class Steps : SynchronizationContext
{
    private readonly ConcurrentQueue<(SendOrPostCallback Step, object? State)> _waiting = new();

    public override void Post(SendOrPostCallback d, object? state) => _waiting.Enqueue((d, state));

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("nobody waits for a step");

    /// <summary>Begins something whose later steps wait here.</summary>
    public T Begin<T>(Func<T> begin)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            return begin();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <summary>Takes the next step.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Take() =>
        _waiting.TryDequeue(out var next)
        && Begin(() =>
        {
            next.Step(next.State);
            return true;
        });
}
