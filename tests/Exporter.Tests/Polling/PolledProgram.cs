using System.Net;
using System.Text;
using Exporter.Polling;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Tests.VirtualTime;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Tests.Polling;

/// <summary>
/// The polling of several accounts on virtual time, before an API that answers when a test says so, and a store that the test reads for it
/// when it likes.
/// </summary>
internal sealed class PolledProgram : HttpMessageHandler
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);

#pragma warning disable CA2213 // Stop does it, once the loops have ended.
    private readonly HttpClient _http;
    private readonly PollingService _service;
#pragma warning restore CA2213
    private readonly SnapshotStore _snapshots;
    private readonly IReadOnlyDictionary<AccountIdentity, SavedAccount> _stored;
    private readonly Lock _asking = new();
    private readonly List<(string Path, TaskCompletionSource<HttpResponseMessage> Answer)> _asked = [];
    private readonly TaskCompletionSource<bool> _reading = new();
    private Dictionary<AccountIdentity, SavedAccount> _read = [];
    private Task _reload = Task.CompletedTask;

    /// <param name="plan">What is polled first; the saved state of none of it could be read.</param>
    /// <param name="stored">What a former run saved.</param>
    public PolledProgram(PollingPlan plan, IReadOnlyDictionary<AccountIdentity, SavedAccount> stored)
    {
        plan = plan with { Saved = [.. plan.Accounts.Select(static _ => SavedAccount.Unread)] };
        (_http, _stored, InForce) = (new HttpClient(this, disposeHandler: false), stored, plan);
        _snapshots = new SnapshotStore(plan.CreateSnapshot(Clock.GetUtcNow()));
        _service = new PollingService(
            plan,
            _snapshots,
            new Instruments(),
            _http,
            new Liveness(Clock),
            new Harmless(),
            Clock,
            new StartedLifetime(),
            NullLogger<PollingService>.Instance
        );
    }

    public VirtualClock Clock { get; } = new();

    public Snapshot Snapshot => _snapshots.Current;

    public PollingPlan InForce { get; private set; }

    public void Start()
    {
        Assert.True(_service.StartAsync(CancellationToken.None).IsCompleted);
        Settle();
    }

    /// <summary>The writer reads what accounts wait for.</summary>
    public void ReadStore() =>
        _read = Snapshot
            .Accounts.Select(static account => account.Awaited)
            .OfType<AccountIdentity>()
            .ToDictionary(static each => each, each => _stored.GetValueOrDefault(each, SavedAccount.Nothing));

    /// <summary>The writer hands over what it has read.</summary>
    public void HandOver()
    {
        _service.Resume(_read);
        Settle();
    }

    /// <summary>Begins a reload, which waits for the saved state of what it adds.</summary>
    public void BeginReload(PollingPlan next)
    {
        _reload = ReloadAsync();
        Settle();

        async Task ReloadAsync()
        {
            await _service.ReloadAsync(next, ReadSavedAsync, static (_, _) => { });
            InForce = next;
        }

        async Task<IReadOnlyDictionary<AccountIdentity, SavedAccount>> ReadSavedAsync(IReadOnlyList<AccountIdentity> accounts)
        {
            var isReadable = await _reading.Task;
            return accounts.ToDictionary(
                static each => each,
                each => isReadable ? _stored.GetValueOrDefault(each, SavedAccount.Nothing) : SavedAccount.Unread
            );
        }
    }

    /// <summary>Ends the wait of a reload.</summary>
    public void EndReload(bool isReadable)
    {
        _reading.TrySetResult(isReadable);
        Settle();
        Assert.True(_reload.IsCompletedSuccessfully);
    }

    /// <summary>Answers what is asked about an automation.</summary>
    public void Answer(string automation, HttpStatusCode status, string text)
    {
        List<TaskCompletionSource<HttpResponseMessage>> asked;
        lock (_asking)
        {
            asked = [.. _asked.Where(each => each.Path.Contains(automation, StringComparison.Ordinal)).Select(static each => each.Answer)];
            _asked.Clear();
        }

        asked.ForEach(each =>
            each.TrySetResult(new HttpResponseMessage(status) { Content = new StringContent(text, Encoding.UTF8, "application/json") })
        );
        Settle();
    }

    public void Stop()
    {
        var stopping = _service.StopAsync(CancellationToken.None);
        Settle();
        Assert.True(stopping.IsCompleted);
        _service.Dispose();
        _http.Dispose();
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_asking)
        {
            _asked.Add((request.RequestUri!.AbsolutePath, answer));
        }

        return answer.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Lets all that is under way come to a rest. The little time that passes is less than any interval.</summary>
    private void Settle()
    {
        var end = Clock.Elapsed + Moment;
        for (Quiet.Wait(); Clock.Elapsed < end; Quiet.Wait())
        {
            Clock.MoveTo(end);
        }
    }

    private sealed class StartedLifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => new(canceled: true);

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() { }
    }
}
