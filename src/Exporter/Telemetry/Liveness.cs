using System.Collections.Concurrent;

namespace Exporter.Telemetry;

/// <summary>Whether the poll loops turn. It says nothing about SendGrid: a loop that gets only errors is alive.</summary>
internal sealed class Liveness(TimeProvider time)
{
    /// <summary>A loop beats every few seconds whatever its polls are doing; without a beat for this long it is stuck or dead.</summary>
    public static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, long> _beats = new(StringComparer.Ordinal);

    private volatile bool _hasDied;

    public bool IsAlive => !_hasDied && _beats.Values.All(beat => time.GetElapsedTime(beat) < StallTimeout);

    public void Beat(string loop) => _beats[loop] = time.GetTimestamp();

    /// <summary>A loop ended although nobody wanted it to: at once nothing is well, however lately it beat.</summary>
    public void Die() => _hasDied = true;

    /// <summary>The loop ended on purpose.</summary>
    public void Remove(string loop) => _beats.TryRemove(loop, out _);
}
