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
                var (outage, now) = (EndpointOutage.None, Some.Noon);
                var told = new List<(int Path, bool IsGood, DateTimeOffset At)>();
                foreach (var (path, isGood, seconds, asking) in answers)
                {
                    now = now.AddSeconds(seconds);
                    outage = isGood ? EndpointOutage.AfterGood(now) : outage.After($"/{path}", now);
                    told.Add((path, isGood, now));

                    var recent = told.Where(answer => answer.At > now - EndpointOutage.Window).ToList();
                    var failed = recent.SkipWhile(static answer => !answer.IsGood).Any()
                        ? []
                        : recent.TakeLast(2 * EndpointOutage.Failures).ToList();
                    var isOut = failed.Count >= EndpointOutage.Failures;
                    var byMany =
                        failed.Select(static answer => answer.Path).Where(path => path != asking).Distinct().Count()
                        >= EndpointOutage.Paths;
                    var alone = failed.Count(answer => answer.Path == asking) >= EndpointOutage.Failures;
                    Assert.Equal(isOut && (byMany || alone), outage.EndsRetriesOf($"/{asking}", now));
                }
            });
}
