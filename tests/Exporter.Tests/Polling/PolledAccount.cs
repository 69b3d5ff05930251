using System.Net;
using System.Text;
using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Tests.Answers;
using Exporter.Tests.VirtualTime;
using Microsoft.Extensions.Logging;

namespace Exporter.Tests.Polling;

/// <summary>The loop of one account, on virtual time, step by step, before an API that tells the n-th request for links n clicks.</summary>
internal sealed class PolledAccount : HttpMessageHandler
{
    public static readonly string A = Some.AutomationId(1);
    public static readonly string B = Some.AutomationId(2);
    public static readonly string Discovered = Some.AutomationId(3);

#pragma warning disable CA2213 // Stop does it, once the loop has ended.
    private readonly HttpClient _http;
    private readonly SendGridClient _client;
    private readonly CancellationTokenSource _stopping = new();
#pragma warning restore CA2213
    private readonly SnapshotStore _store;
    private readonly Steps _steps = new();
    private readonly Task _loop;
    private int _asked;

    /// <param name="plan">What is polled first.</param>
    /// <param name="log">What the operator reads.</param>
    /// <param name="wrap">Puts another clock before the virtual one.</param>
    public PolledAccount(AccountOptions plan, ILogger log, Func<TimeProvider, TimeProvider>? wrap = null)
    {
        var time = wrap?.Invoke(Clock) ?? Clock;
        _http = new HttpClient(this, disposeHandler: false);
        _client = new SendGridClient(_http, plan.Api, new Instruments().ForAccount(account: null), time);
        var first = Plan(plan);
        _store = new SnapshotStore(new Snapshot { Accounts = [first.Empty()] });
        Poller = new AccountPoller(first, _client, _store, new Liveness(time), time, new PollLog(log, "main"));
        _loop = _steps.Begin(() => Poller.RunAsync(_stopping.Token));
    }

    public VirtualClock Clock { get; } = new();

    public AccountPoller Poller { get; }

    /// <summary>How many requests for links were sent.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public bool HasEnded => _loop.IsCompleted;

    public AccountSnapshot Snapshot => _store.Current.Accounts[0];

    public CampaignSnapshot? Of(string id) => Snapshot.Campaigns.SingleOrDefault(campaign => campaign.Id == id);

    public static AccountOptions Options(bool discover, params string[] ids) =>
        new()
        {
            Api = Some.Api,
            Automations = new AutomationsOptions
            {
                Discover = discover,
                StepStats = false,
                List = [.. ids.Select(id => new ConfiguredAutomation { Id = id, Name = $"name-{id[^1]}" })],
            },
        };

    /// <summary>What a reload does.</summary>
    public void Reload(AccountOptions next) =>
        _store.Update(before => before with { Accounts = [Poller.Reconfigure(Plan(next), Poller.Asked.Gate)] });

    /// <summary>Runs a test on a thread of its own: on one of the pool's it would never find the pool without work.</summary>
    public static Task AloneAsync(Action test) =>
        Task.Factory.StartNew(test, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Takes the next step of the loop; where there is none, time passes until there is.</summary>
    public void Step()
    {
        for (Quiet.Wait(); !_steps.Take(); Quiet.Wait())
        {
            Assert.False(HasEnded, "the loop has ended");
            Assert.True(Clock.Elapsed < ClockDriver.Patience, "waited in vain");
            Clock.MoveTo(Clock.NextDue ?? Clock.Elapsed + TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>Lets the loop go on until something is so.</summary>
    public void Until(Func<bool> condition, Action? each = null)
    {
        while (!condition())
        {
            Step();
            each?.Invoke();
        }
    }

    /// <summary>Stops it, or takes leave of one that has died.</summary>
    /// <returns>What it died of.</returns>
    public Exception? Stop()
    {
        _stopping.Cancel();
        for (Quiet.Wait(); !HasEnded; Quiet.Wait())
        {
            _steps.Take();
        }

        _http.Dispose();
        _stopping.Dispose();
        return _loop.Exception?.InnerException;
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Whatever was cancelled meanwhile: an answer may be on its way already.
        var text = request.RequestUri!.AbsolutePath.EndsWith("/automations", StringComparison.Ordinal)
            ? Answer.AutomationList(Discovered)
            : Answer.AutomationLinks.Replace("\"clicks\":5", $"\"clicks\":{Interlocked.Increment(ref _asked)}", StringComparison.Ordinal);
        var content = new StringContent(text, Encoding.UTF8, "application/json");
        return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content });
    }

    private static AccountPlan Plan(AccountOptions options) => Some.Plan(options, new PollOptions { Interval = TimeSpan.FromMinutes(1) });
}
