using CsCheck;
using Exporter.SendGrid;

namespace Exporter.Tests.SendGrid;

public sealed class EndpointOutageTests
{
    /// <summary>Any order of answers about five campaigns, in any rhythm.</summary>
    [Fact]
    public void A_retry_is_in_vain_only_while_the_whole_endpoint_fails_or_its_campaign_has_failed_as_often() =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 11].Select(static roll => roll == 0), Gen.OneOf(0, 0, 1, 1, 2, 10, 29, 31), Gen.Int[0, 4])
            .Array[0, 200]
            .Sample(static answers =>
            {
                var (outage, now, lastGood) = (EndpointOutage.None, Some.Noon, DateTimeOffset.MinValue);
                var failed = new List<(int Path, DateTimeOffset At)>();
                foreach (var (path, isGood, seconds, asking) in answers)
                {
                    now = now.AddSeconds(seconds);
                    if (isGood)
                    {
                        lastGood = IsOpen() && Others(than: -1) ? DateTimeOffset.MinValue : now;
                        outage = outage.AfterGood(now);
                        failed.Clear();
                    }
                    else
                    {
                        outage = outage.After($"/{path}", now);
                        failed.Add((path, now));
                    }

                    var alone = Recent().Count(answer => answer.Path == asking) >= EndpointOutage.Failures;
                    Assert.Equal(IsOpen() && (Others(asking) || alone), outage.EndsRetriesOf($"/{asking}", now));
                }

                bool IsOpen() => lastGood <= now - EndpointOutage.Window && Recent().Count >= EndpointOutage.Failures;
                bool Others(int than) =>
                    Recent().Select(static answer => answer.Path).Where(path => path != than).Distinct().Count() >= EndpointOutage.Paths;
                List<(int Path, DateTimeOffset At)> Recent() =>
                    [.. failed.Where(answer => answer.At > now - EndpointOutage.Window).TakeLast(2 * EndpointOutage.Failures)];
            });
}
