using Exporter.EndToEnd.Fixtures;
using Exporter.Exposition.Families;
using Exporter.Exposition.Otlp;
using Exporter.Network;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Tests.Weather;
using Microsoft.Extensions.Logging;

namespace Exporter.Tests.Telemetry;

public sealed class OtlpPushTests : IAsyncLifetime
{
    private const string Clicks = "sendgrid.automation.link.clicks";

    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly SnapshotStore _store = new(new Snapshot());
    private readonly LogLines _log = new();
    private OtlpReceiver _receiver = null!;

    public async ValueTask InitializeAsync() => _receiver = await OtlpReceiver.StartAsync();

    public ValueTask DisposeAsync()
    {
        _log.Dispose();
        return _receiver.DisposeAsync();
    }

    [Fact]
    public async Task A_link_that_vanished_is_absent_from_the_next_push() =>
        await PushingAsync(async () =>
        {
            for (var generation = 0; generation < 3; generation++)
            {
                var links = Enumerable.Range(generation * 900, 900).Select(number => $"{number}").ToHashSet(StringComparer.Ordinal);
                Publish(links);
                await NextPushAsync(links);
            }
        });

    [Fact]
    public async Task A_refusal_is_told_with_what_the_receiver_says_of_it()
    {
        _receiver.Status = 413;
        await PushingAsync(() => UntilAsync(() => _log.All.Any(static line => line.Contains("failed", StringComparison.Ordinal))));

        Assert.Contains(
            "413",
            Assert.Single(_log.All, static line => line.Contains("failed", StringComparison.Ordinal)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_names_of_OpenTelemetry_lead_back_to_those_of_Prometheus() =>
        Assert.All(
            Catalogue.All,
            family =>
            {
                var unit = OpenTelemetryName.UnitOf(family);
                var name =
                    OpenTelemetryName.FromFamily(family).Replace('.', '_')
                    + unit switch
                    {
                        "s" => "_seconds",
                        "1" => "_ratio",
                        _ => "",
                    }
                    + (family.Type == MetricType.Counter ? "_total" : "");
                Assert.Equal(family.Name, name);
                Assert.True(unit is null or "s" or "1" or ['{', .., '}'], unit);
            }
        );

    [Theory]
    [InlineData("sendgrid_automation_link_clicks", "sendgrid.automation.link.clicks", "{click}")]
    [InlineData("sendgrid_automation_step_delivered", "sendgrid.automation.step.delivered", "{email}")]
    [InlineData("sendgrid_automation_poll_failures_total", "sendgrid.automation.poll.failures", "{failure}")]
    [InlineData("sendgrid_automation_last_success_timestamp_seconds", "sendgrid.automation.last.success.timestamp", "s")]
    [InlineData("sendgrid_automation_up", "sendgrid.automation.up", null)]
    public void A_family_is_called_by_the_same_words_with_dots(string family, string name, string? unit)
    {
        var known = Catalogue.All.Single(each => each.Name == family);

        Assert.Equal(name, OpenTelemetryName.FromFamily(known));
        Assert.Equal(unit, OpenTelemetryName.UnitOf(known));
    }

    private async Task PushingAsync(Func<Task> act)
    {
        var harmless = new Harmless();
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(_log));
        using var log = new OtlpLog(factory.CreateLogger<OtlpLog>(), harmless);
        var target = new OtlpTarget(_receiver.Address, OtlpProtocol.HttpProtobuf, OtlpHeaders.None, OtlpTarget.DefaultTimeout);
        var push = new OtlpPush(
            new OtlpOptions { Metrics = target.For("metrics"), Interval = TimeSpan.FromMilliseconds(300) },
            () => OtlpMetrics.Encode(_store.Current, BuildInfo.Current, Now, TimeProvider.System.GetUtcNow()),
            new Outgoing().Client,
            TimeProvider.System,
            log,
            harmless
        );
        await push.StartAsync(TestContext.Current.CancellationToken);
        await act();
        await push.StopAsync(TestContext.Current.CancellationToken);
    }

    private void Publish(IEnumerable<string> locations) =>
        _store.Update(_ => new Snapshot
        {
            Accounts =
            [
                new AccountSnapshot
                {
                    Campaigns =
                    [
                        Some.Automation("a") with
                        {
                            Health = PollHealth.Untried.Succeeded(Now, TimeSpan.Zero, 1),
                            Data = new CampaignData
                            {
                                Links = LinkTable.Empty.ApplyWalk(
                                    [.. locations.Select(location => Some.Link("s", location, 1))],
                                    new LinksOptions { MaxPerCampaign = 100_000 },
                                    Now
                                ),
                            },
                        },
                    ],
                },
            ],
        });

    /// <summary>Waits until a push holds exactly these links.</summary>
    private Task NextPushAsync(HashSet<string> links) =>
        UntilAsync(() =>
            _receiver
                .Metrics.LastOrDefault(metric => metric.Name == Clicks)
                ?.Points.Select(point => point.Attributes["url_location"])
                .ToHashSet(StringComparer.Ordinal)
                .SetEquals(links) == true
        );

    private static async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
