using System.Collections.Concurrent;

namespace Exporter.Telemetry;

/// <summary>Whether the poll loops are running. SendGrid's state does not matter: a loop that gets only errors is alive.</summary>
internal sealed class Liveness(TimeProvider time)
{
    /// <summary>A loop beats every few seconds, whatever its polls are doing. Without a beat for this long it is stuck or dead.</summary>
    public static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, long> _beats = new(StringComparer.Ordinal);

    private volatile bool _hasDied;

    /// <summary>Whether a part of the program ended unexpectedly. The program ends then, and has said why.</summary>
    public bool HasDied => _hasDied;

    public bool IsAlive => !_hasDied && _beats.Values.All(beat => time.GetElapsedTime(beat) < StallTimeout);

    public void Beat(string loop) => _beats[loop] = time.GetTimestamp();

    /// <summary>Records that a loop ended unexpectedly. The program is unhealthy at once, however recent the last beat.</summary>
    public void Die() => _hasDied = true;

    /// <summary>Removes a loop that ended on purpose.</summary>
    public void Remove(string loop) => _beats.TryRemove(loop, out _);
}
