using System.Net;
using System.Text;
using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Tests.VirtualTime;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Tests.Polling;

[Collection(nameof(OnVirtualTime))]
public sealed class AccountPollerTests
{
    private static readonly string Id = Some.AutomationId(1);
    private const string NoRows = """{"results":[],"total_clicks":0,"_metadata":{"count":0}}""";
    private readonly VirtualClock _clock = new();

    [Fact]
    public async Task A_mistake_of_ours_in_discovery_does_not_end_the_polling_for_ever()
    {
        var asked = new Asked(request =>
            request.AbsolutePath.EndsWith("/automations", StringComparison.Ordinal) ? throw new InvalidCastException("ours") : NoRows
        );
        await WhilePollingAsync(
            asked,
            async store =>
            {
                await UntilAsync(() =>
                    store.Current.Accounts[0] is { Campaigns: [{ Health.Attempts: >= 3 }] }
                    && store.Current.Accounts[0].Discovery[CampaignKind.Automation].Attempts >= 3
                );
                Assert.True(store.Current.Accounts[0].Campaigns[0].Health.Up);
            }
        );
    }

    /// <summary>A draft may lack anything; and who knows what else a list holds.</summary>
    [Theory]
    [InlineData("null")]
    [InlineData("5")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"id":null}""")]
    [InlineData("""{"id":7.5,"stats":{"clicks":-1}}""")]
    [InlineData("""{"id":{"a":[1,2]}}""")]
    [InlineData("""{"id":"../../v3/user"}""")]
    [InlineData("""{"id":"export"}""")]
    [InlineData("""{"id":"\ud800"}""")]
    public async Task A_row_without_a_usable_id_costs_a_list_nothing_but_itself(string row)
    {
        var list = $$$"""{"results":[{{{row}}},{"id":"b","stats":null,"name":{},"send_at":"now"}],"_metadata":{"count":2} }""";
        await WhilePollingAsync(
            new Asked(request => request.AbsolutePath.EndsWith("/automations", StringComparison.Ordinal) ? list : NoRows),
            async store =>
            {
                await UntilAsync(() => store.Current.Accounts[0].Campaigns.Count(campaign => campaign.Health.Attempts >= 2) == 2);
                Assert.Equal([Id, "b"], store.Current.Accounts[0].Campaigns.Select(campaign => campaign.Id));
                Assert.True(store.Current.Accounts[0].Discovery[CampaignKind.Automation].Up);
            }
        );
    }

    [Fact]
    public async Task A_clock_that_is_set_back_does_not_stop_the_polling()
    {
        await WhilePollingAsync(
            new Asked(_ => NoRows),
            async store =>
            {
                await UntilAsync(() => store.Current.Accounts[0].Campaigns[0].Health.Attempts >= 2);
                _clock.SetTimeOfDay(TimeSpan.FromHours(-1));
                var (polls, lists) = (
                    store.Current.Accounts[0].Campaigns[0].Health.Attempts,
                    store.Current.Accounts[0].Discovery[CampaignKind.Automation].Attempts
                );
                await UntilAsync(() =>
                    store.Current.Accounts[0].Campaigns[0].Health.Attempts >= polls + 3
                    && store.Current.Accounts[0].Discovery[CampaignKind.Automation].Attempts >= lists + 3
                );
                Assert.InRange(
                    _clock.GetUtcNow() - store.Current.Accounts[0].Campaigns[0].Health.LastSuccess!.Value,
                    TimeSpan.Zero,
                    new PollOptions().Interval
                );
            }
        );
    }

    private async Task WhilePollingAsync(Asked asked, Func<SnapshotStore, Task> act)
    {
        var account = Some.Api;
        var plan = Some.Plan(
            new AccountOptions
            {
                Api = account,
                Automations = new AutomationsOptions { Discover = true, List = [new AutomationOptions { Id = Id }] },
            }
        );
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var http = new HttpClient(asked);
        var client = new SendGridClient(http, account, new Instruments().ForAccount(account: null), _clock);
        var store = new SnapshotStore(new Snapshot { Accounts = [plan.Empty()] });
        var polling = new AccountPoller(
            plan,
            client,
            store,
            new Liveness(_clock),
            _clock,
            new PollLog(NullLogger.Instance, "main")
        ).RunAsync(stopping.Token);

        await act(store);

        Assert.False(polling.IsCompleted);
        await stopping.CancelAsync();
        await polling;
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            Assert.True(_clock.Elapsed < ClockDriver.Patience, "waited in vain");
            await _clock.ForAsync(TimeSpan.FromMinutes(1));
        }
    }

    private sealed class Asked(Func<Uri, string> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(
                new HttpResponseMessage(HttpStatusCode.OK)
                {
                    Content = new StringContent(answer(request.RequestUri!), Encoding.UTF8, "application/json"),
                }
            );
    }
}
