using System.Collections.Concurrent;

namespace Exporter.Telemetry;

/// <summary>Whether the poll loops turn. It says nothing about SendGrid: a loop that gets only errors is alive.</summary>
internal sealed class Liveness(TimeProvider time)
{
    /// <summary>A loop beats every few seconds whatever its polls are doing; without a beat for this long it is stuck or dead.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, long> _beats = new(StringComparer.Ordinal);

    public bool IsAlive => _beats.Values.All(beat => time.GetElapsedTime(beat) < Patience);

    public void Beat(string loop) => _beats[loop] = time.GetTimestamp();

    /// <summary>The loop ended on purpose.</summary>
    public void Forget(string loop) => _beats.TryRemove(loop, out _);
}
