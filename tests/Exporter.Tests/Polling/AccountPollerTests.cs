using System.Net;
using System.Text;
using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Tests.Polling;

public sealed class AccountPollerTests
{
    private const string Id = "00000000-0000-4000-8000-00000000000a";
    private const string NoRows = """{"results":[],"total_clicks":0,"_metadata":{"count":0}}""";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_mistake_of_ours_in_discovery_does_not_end_the_polling_for_ever()
    {
        var asked = new Asked(request => request.AbsolutePath.EndsWith("/automations", StringComparison.Ordinal) ? throw new InvalidCastException("ours") : NoRows);
        await WhilePollingAsync(asked, TimeProvider.System, discover: true, async store =>
        {
            await UntilAsync(() => store.Current.Accounts[0] is { Campaigns: [{ Health.Attempts: >= 3 }] }
                && store.Current.Accounts[0].Discovery[CampaignKind.Automation].Attempts >= 3);
            Assert.True(store.Current.Accounts[0].Campaigns[0].Health.Up);
        });
    }

    [Fact]
    public async Task A_clock_that_is_set_back_does_not_stop_the_polling()
    {
        var clock = new SettableClock();
        await WhilePollingAsync(new Asked(_ => NoRows), clock, discover: true, async store =>
        {
            await UntilAsync(() => store.Current.Accounts[0].Campaigns[0].Health.Attempts >= 2);
            clock.Ahead = TimeSpan.FromHours(-1);
            var (polls, lists) = (store.Current.Accounts[0].Campaigns[0].Health.Attempts, store.Current.Accounts[0].Discovery[CampaignKind.Automation].Attempts);
            await UntilAsync(() => store.Current.Accounts[0].Campaigns[0].Health.Attempts >= polls + 3
                && store.Current.Accounts[0].Discovery[CampaignKind.Automation].Attempts >= lists + 3);
            Assert.InRange(clock.GetUtcNow() - store.Current.Accounts[0].Campaigns[0].Health.LastSuccess!.Value, TimeSpan.Zero, Patience);
        });
    }

    private static async Task WhilePollingAsync(Asked asked, TimeProvider time, bool discover, Func<SnapshotStore, Task> act)
    {
        var account = new AccountOptions { ApiKey = ApiKey.FromValue("SG.x"), Rate = new RateOptions { RequestsPerSecond = 1000 } };
        var plan = new AccountPlan(
            new PollOptions { Interval = TimeSpan.FromMilliseconds(100), DiscoveryInterval = TimeSpan.FromMilliseconds(100) },
            new PolledAccountOptions { Account = account, Automations = new AutomationsOptions { Discover = discover, List = [new AutomationOptions { Id = Id }] } },
            new LinksOptions());
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var http = new HttpClient(asked);
        using var client = new SendGridClient(http, account, new Instruments().For(account: null), time);
        var store = new SnapshotStore(new Snapshot { Accounts = [plan.Empty()] });
        var polling = new AccountPoller(plan, client, store, new Liveness(time), time, new PollLog(NullLogger.Instance, "main")).RunAsync(stopping.Token);

        await act(store);

        Assert.False(polling.IsCompleted);
        await stopping.CancelAsync();
        await polling;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Patience, "waited in vain");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private sealed class Asked(Func<Uri, string> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(answer(request.RequestUri!), Encoding.UTF8, "application/json") });
    }

    /// <summary>The machine's clock, set by somebody; time itself goes on.</summary>
    private sealed class SettableClock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;
    }
}
