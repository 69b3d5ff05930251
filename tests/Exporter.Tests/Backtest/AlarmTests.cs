using System.Text;
using Exporter.Backtest;

namespace Exporter.Tests.Backtest;

public sealed class AlarmTests
{
    [Fact]
    public void A_pause_that_the_alert_bridges_does_not_end_an_alarm_and_a_longer_one_does()
    {
        var alarms = Alarm.Read([Answer(0, 300, 3600, 20_000, 20_300)], Alert(keepFiring: 60));
        Assert.Equal([(0, 3600), (20_000, 20_300)], Seconds(alarms));
        Assert.All(alarms, alarm => Assert.Equal(("welcome", "first", ""), (alarm.Automation, alarm.Step, alarm.Location)));
    }

    [Fact]
    public void An_alarm_goes_on_from_one_answer_to_the_next() => Assert.Single(Alarm.Read([Answer(0, 300), Answer(600, 900)], Alert()));

    [Fact]
    public void An_alert_that_waits_fires_when_it_has_been_pending_without_a_pause() =>
        Assert.Equal([(1800, 2100)], Seconds(Alarm.Read([Answer(0, 300, 1200, 1500, 1800, 2100)], Alert(wait: 10))));

    private static IEnumerable<(int From, int Until)> Seconds(IEnumerable<Alarm> alarms) =>
        alarms.Select(alarm => ((int)alarm.From.ToUnixTimeSeconds(), (int)alarm.Until.ToUnixTimeSeconds()));

    private static Rule Alert(int wait = 0, int keepFiring = 0) =>
        new(
            "A",
            IsAlert: true,
            "a",
            new Dictionary<string, string>(StringComparer.Ordinal),
            TimeSpan.FromMinutes(5),
            TimeSpan.FromMinutes(wait),
            TimeSpan.FromMinutes(keepFiring)
        );

    private static byte[] Answer(params int[] times) =>
        Encoding.UTF8.GetBytes(
            $$"""
            {"status":"success","data":{"resultType":"matrix","result":[
              {"metric":{"automation":"welcome","step_id":"first"},"values":[{{string.Join(',', times.Select(time => $"[{time},\"1\"]"))}}]}
            ] } }
            """
        );
}
