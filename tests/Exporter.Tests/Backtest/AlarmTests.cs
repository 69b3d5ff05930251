using System.Text;
using Exporter.Backtest;

namespace Exporter.Tests.Backtest;

public sealed class AlarmTests
{
    [Fact]
    public void A_pause_that_the_alert_bridges_does_not_end_an_alarm_and_a_longer_one_does()
    {
        var alarms = Alarm.Read([Answer(0, 300, 3600, 20_000, 20_300)], TimeSpan.FromHours(1));
        Assert.Equal([(0, 3600), (20_000, 20_300)], alarms.Select(alarm => ((int)alarm.From.ToUnixTimeSeconds(), (int)alarm.Until.ToUnixTimeSeconds())));
        Assert.All(alarms, alarm => Assert.Equal(("welcome", "first", ""), (alarm.Automation, alarm.Step, alarm.Location)));
    }

    [Fact]
    public void An_alarm_goes_on_from_one_answer_to_the_next() =>
        Assert.Single(Alarm.Read([Answer(0, 300), Answer(600, 900)], TimeSpan.Zero));

    private static byte[] Answer(params int[] times) => Encoding.UTF8.GetBytes(
        $$"""
        {"status":"success","data":{"resultType":"matrix","result":[
          {"metric":{"automation":"welcome","step_id":"first"},"values":[{{string.Join(',', times.Select(time => $"[{time},\"1\"]"))}}]}
        ] } }
        """);
}
