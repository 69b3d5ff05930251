namespace Exporter.Snapshots;

/// <summary>
/// A moment of this run that is kept outside the snapshots. It is told by the time of day that is right when somebody asks, see
/// <see cref="ClockReading"/>; while nobody sets the clock it is the same to the tick.
/// </summary>
/// <param name="at">When, by the time of day that is right now.</param>
/// <param name="time">The machine's clock.</param>
internal sealed class Moment(DateTimeOffset at, TimeProvider time)
{
    private readonly Lock _looking = new();
    private ClockReading _reading = ClockReading.Read(time);

    /// <summary>When it was, as the clock counts now.</summary>
    public DateTimeOffset At
    {
        get
        {
            lock (_looking)
            {
                var now = ClockReading.Read(time);
                if (_reading.SetBy(now, time) is var set && set != TimeSpan.Zero)
                {
                    (field, _reading) = (field + set, now);
                }

                return field;
            }
        }
    } = at;

    public static Moment Now(TimeProvider time) => new(time.GetUtcNow(), time);
}
