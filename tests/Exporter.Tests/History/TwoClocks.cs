namespace Exporter.Tests.History;

/// <summary>The two clocks of a machine: the wall's, which somebody may set, and the one that only goes forward.</summary>
internal sealed class TwoClocks : TimeProvider
{
    private long _ticks;

    public DateTimeOffset Wall { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Pass(TimeSpan time) => (_ticks, Wall) = (_ticks + time.Ticks, Wall + time);

    public override DateTimeOffset GetUtcNow() => Wall;

    public override long GetTimestamp() => _ticks;
}
