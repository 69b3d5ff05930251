namespace Exporter.SendGrid;

/// <summary>
/// A clock that starts at the machine's time and counts on from there, so that setting the machine's clock does not move it. This room uses
/// it for deadlines and waits.
/// </summary>
internal sealed class SteadyTime(TimeProvider machine) : TimeProvider
{
    private readonly DateTimeOffset _start = machine.GetUtcNow();
    private readonly long _started = machine.GetTimestamp();

    /// <summary>The machine's clock, for what is compared with the server's <c>Date</c> or shown to people.</summary>
    public TimeProvider Machine => machine;

    public override long TimestampFrequency => machine.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _start + machine.GetElapsedTime(_started);

    public override long GetTimestamp() => machine.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        machine.CreateTimer(callback, state, dueTime, period);
}
