namespace Exporter.Snapshots;

/// <summary>
/// A moment of this run that is kept outside the snapshots. It follows the clock when the clock is set, see <see cref="ClockReading"/>;
/// otherwise it stays the same to the tick.
/// </summary>
/// <param name="at">The moment, by the time of day that is right now.</param>
internal sealed class Moment(DateTimeOffset at, TimeProvider time)
{
    private readonly Lock _looking = new();
    private ClockReading _reading = ClockReading.Read(time);

    /// <summary>The moment, by the time of day that is right now.</summary>
    public DateTimeOffset At
    {
        get
        {
            lock (_looking)
            {
                var now = ClockReading.Read(time);
                if (_reading.SetBy(now, time) is var set && set != TimeSpan.Zero)
                {
                    (field, _reading) = (field.ShiftedBy(set), now);
                }

                return field;
            }
        }
    } = at;

    public static Moment Now(TimeProvider time) => new(time.GetUtcNow(), time);
}
