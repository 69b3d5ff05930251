using System.Collections.Concurrent;
using Exporter.Hosting;
using Exporter.Telemetry;
using Exporter.Tests.VirtualTime;
using Exporter.Tests.Weather;
using Microsoft.Extensions.Logging;

namespace Exporter.Tests.Hosting;

[Collection(nameof(OnVirtualTime))]
public sealed class SystemdWatchdogTests
{
    private readonly VirtualClock _clock = new();
    private readonly ConcurrentQueue<TimeSpan> _signs = new();

    [Fact]
    public async Task It_is_fed_at_half_of_its_time_while_the_loops_turn_and_not_once_they_stand_still()
    {
        using var log = new LogLines();
        using var logging = new LoggerFactory([log]);
        var liveness = new Liveness(_clock);
        liveness.Beat("main");
        using var watchdog = new SystemdWatchdog(
            new SystemdNotifier(_ => _signs.Enqueue(_clock.Elapsed)),
            liveness,
            TimeSpan.FromSeconds(20),
            _clock,
            logging.CreateLogger<SystemdWatchdog>()
        );

        await watchdog.StartAsync(TestContext.Current.CancellationToken);
        await _clock.ForAsync(TimeSpan.FromMinutes(5));

        // Since the last beat, at the start.
        var last = Liveness.StallTimeout;
        Assert.Equal(
            Enumerable.Range(0, 6).Select(static number => TimeSpan.FromSeconds(10 * number)),
            _signs.TakeWhile(sign => sign < last)
        );
        Assert.Equal(6, _signs.Count);
        Assert.Equal(1, log.Count("level=error", "systemd's watchdog gets no sign of life"));

        liveness.Beat("main");
        await _clock.ForAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(7, _signs.Count);

        liveness.Die();
        await _clock.ForAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(7, _signs.Count);

        // The supervisor says what has died.
        Assert.Equal(1, log.Count("level=error"));
        await watchdog.StopAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(0.000001)]
    [InlineData(92_233_720_368.0)]
    public async Task No_time_is_too_short_or_too_long(double seconds)
    {
        using var logging = new LoggerFactory([]);
        using var watchdog = new SystemdWatchdog(
            new SystemdNotifier(_ => _signs.Enqueue(_clock.Elapsed)),
            new Liveness(_clock),
            TimeSpan.FromSeconds(seconds),
            _clock,
            logging.CreateLogger<SystemdWatchdog>()
        );

        await watchdog.StartAsync(TestContext.Current.CancellationToken);
        await _clock.ForAsync(TimeSpan.FromMilliseconds(10));
        await watchdog.StopAsync(TestContext.Current.CancellationToken);

        Assert.NotEmpty(_signs);
        Assert.False(watchdog.ExecuteTask!.IsFaulted);
    }
}
