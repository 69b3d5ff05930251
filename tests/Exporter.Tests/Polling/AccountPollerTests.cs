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
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
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

    [Fact]
    public async Task The_names_are_asked_for_again_when_a_reload_ends_their_walk_and_that_of_the_list()
    {
        // The first request for names outlives the reload for a while, as one may that was on its way.
        var held = new TaskCompletionSource<string>();
        var (names, lists) = (0, 0);
        var asked = new Asked(
            async (request, cancellation) =>
            {
                if (request.AbsolutePath == "/v3/marketing/automations")
                {
                    return Interlocked.Increment(ref names) == 1 ? await held.Task : """{"results":[]}""";
                }

                if (request.AbsolutePath.EndsWith("/automations", StringComparison.Ordinal) && Interlocked.Increment(ref lists) == 1)
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, _clock, cancellation);
                }

                return NoRows;
            }
        );
        var plan = Discovering(NameSource.UndocumentedApi);
        await WhilePollingAsync(
            asked,
            plan,
            async (store, poller) =>
            {
                await UntilAsync(() => (names, lists) is (1, 1), Second);
                poller.Reconfigure(Some.Plan(plan.Account with { Api = plan.Account.Api with { PageSize = 7 } }), poller.Asked.Gate);
                await UntilAsync(() => IsListUp(store), Second);
                Assert.Equal(2, names);
                held.SetResult("""{"results":[]}""");
            }
        );
    }

    [Fact]
    public async Task A_list_that_one_reload_drops_and_the_next_one_asks_for_is_walked_at_once()
    {
        var lists = 0;
        var asked = new Asked(
            async (request, cancellation) =>
            {
                if (request.AbsolutePath.EndsWith("/automations", StringComparison.Ordinal) && Interlocked.Increment(ref lists) == 1)
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, _clock, cancellation);
                }

                return NoRows;
            }
        );
        var plan = Discovering(NameSource.Config);
        await WhilePollingAsync(
            asked,
            plan,
            async (store, poller) =>
            {
                await UntilAsync(() => lists == 1, Second);
                var begin = _clock.Elapsed;
                poller.Reconfigure(
                    Some.Plan(plan.Account with { Automations = plan.Account.Automations with { Discover = false } }),
                    poller.Asked.Gate
                );
                poller.Reconfigure(plan, poller.Asked.Gate);
                await UntilAsync(() => IsListUp(store), Second);
                Assert.InRange(_clock.Elapsed - begin, TimeSpan.Zero, TimeSpan.FromMinutes(2));
            }
        );
    }

    /// <summary>False also while a reload has taken the list out of the snapshot.</summary>
    private static bool IsListUp(SnapshotStore store) =>
        store.Current.Accounts[0].Discovery.TryGetValue(CampaignKind.Automation, out var list) && list.Up == true;

    private static AccountPlan Discovering(NameSource names) =>
        Some.Plan(
            new AccountOptions
            {
                Api = Some.Api,
                Automations = new AutomationsOptions
                {
                    Discover = true,
                    Names = names,
                    List = [new ConfiguredAutomation { Id = Id }],
                },
            }
        );

    private Task WhilePollingAsync(Asked asked, Func<SnapshotStore, Task> act) =>
        WhilePollingAsync(asked, Discovering(NameSource.Config), (store, _) => act(store));

    private async Task WhilePollingAsync(Asked asked, AccountPlan plan, Func<SnapshotStore, AccountPoller, Task> act)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var http = new HttpClient(asked);
        var client = new SendGridClient(http, plan.Account.Api, new Instruments().ForAccount(account: null), _clock);
        var store = new SnapshotStore(new Snapshot { Accounts = [plan.Empty()] });
        var poller = new AccountPoller(plan, client, store, new Liveness(_clock), _clock, new PollLog(NullLogger.Instance, "main"));
        var polling = poller.RunAsync(stopping.Token);

        await act(store, poller);

        Assert.False(polling.IsCompleted);
        await stopping.CancelAsync();
        await polling;
    }

    private Task UntilAsync(Func<bool> condition) => UntilAsync(condition, TimeSpan.FromMinutes(1));

    private async Task UntilAsync(Func<bool> condition, TimeSpan step)
    {
        while (!condition())
        {
            Assert.True(_clock.Elapsed < ClockDriver.Patience, "waited in vain");
            await _clock.ForAsync(step);
        }
    }

    private sealed class Asked(Func<Uri, CancellationToken, Task<string>> answer) : HttpMessageHandler
    {
        public Asked(Func<Uri, string> answer)
            : this((request, _) => Task.FromResult(answer(request))) { }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            new(HttpStatusCode.OK)
            {
                Content = new StringContent(await answer(request.RequestUri!, cancellationToken), Encoding.UTF8, "application/json"),
            };
    }
}
