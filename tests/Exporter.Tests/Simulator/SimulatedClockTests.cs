using Microsoft.Extensions.Time.Testing;
using Simulator;

namespace Exporter.Tests.Simulator;

public sealed class SimulatedClockTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly SimulatedClock _clock;
    private readonly DateTimeOffset _start;

    public SimulatedClockTests() => (_clock, _start) = (new(_time, speed: 60), _time.GetUtcNow());

    [Fact]
    public void It_runs_faster_than_real_time()
    {
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(_start.AddMinutes(2), _clock.Now);
    }

    [Fact]
    public void It_stands_while_frozen_goes_where_it_is_sent_and_runs_on_from_there()
    {
        _clock.Freeze();
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(_start, _clock.Now);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(_start.AddHours(1), _clock.Now);
        _clock.Resume();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(_start.AddHours(1).AddMinutes(1), _clock.Now);
    }

    [Fact]
    public void It_does_not_go_back() => Assert.Throws<ArgumentOutOfRangeException>(() => _clock.Advance(TimeSpan.FromSeconds(-1)));
}
