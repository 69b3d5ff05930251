using Exporter.SendGrid;
using Exporter.SendGrid.Wire;
using Exporter.Tests.VirtualTime;
using Simulator;

namespace Exporter.Tests.SendGrid;

/// <summary>A simulated SendGrid with one automation of 120 links (three pages of 50), and a client of it.</summary>
/// <remarks>Both live on a clock that the test moves, so no test waits for a back-off or a reset.</remarks>
internal sealed class Api : IAsyncDisposable
{
    private Api(SimulatedSendGrid server, VirtualClock clock, int pageSize)
    {
        (Server, Clock) = (server, clock);
        var account = server.World.Accounts[0];
        Automation = account.Automations[0].Id;
        Client = Clients.To(Clients.Account(server.BaseUrl, account.ApiKey, pageSize), Clock);
    }

    public SimulatedSendGrid Server { get; }

    public VirtualClock Clock { get; }

    public SendGridClient Client { get; }

    public string Automation { get; }

    public IReadOnlyList<LoggedRequest> Requests => Server.Requests.Snapshot();

    /// <summary>What really happened, in the order of the API.</summary>
    public IEnumerable<(string?, string?, string?, long)> Truth =>
        Server
            .World.LinkTotals(Automation, Server.Clock.Now)
            .Select(link =>
                (
                    (string?)link.StepId,
                    (string?)link.Location.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    (string?)link.Url,
                    link.Clicks
                )
            );

    public static Task<Api> StartAsync(params string[] behaviours) => StartAsync(50, behaviours);

    public static Task<Api> StartAsync(int pageSize, params string[] behaviours) =>
        StartAsync(pageSize, 1_000_000, TimeSpan.FromMinutes(1), behaviours);

    public static async Task<Api> StartAsync(int pageSize, int rateLimit, TimeSpan rateWindow, params string[] behaviours)
    {
        var world = WorldOptions.Sized(automations: 1, steps: 2, linksPerStep: 60);
        var clock = new VirtualClock();
        var options = new SimulatorOptions
        {
            World = world,
            RateLimit = rateLimit,
            RateWindow = rateWindow,
            Time = clock,
            Listeners = Clients.Network,
            Log = SlowMachine.Answer,
        };
        var server = await SimulatedSendGrid.StartAsync(options, TestContext.Current.CancellationToken);
        server.Clock.Freeze();
        foreach (var behaviour in behaviours)
        {
            server.Behaviours.Add(behaviour);
        }

        return new Api(server, clock, pageSize);
    }

    public static IEnumerable<(string?, string?, string?, long)> Rows(WalkResult<AutomationLinkRow> walk) =>
        walk.Rows.Select(row => (row.StepId, row.UrlLocation, row.Url, row.Clicks));

    /// <summary>One attempt to walk the links, through whatever waits it takes.</summary>
    public async Task<ApiResult<WalkResult<AutomationLinkRow>>> LinksAsync(TimeSpan? timeout = null, bool retryForbidden = true)
    {
        using var attempt = Clients.Attempt(Clock, timeout, retryForbidden);
        return await Clock.UntilAsync(Client.ListAutomationLinksAsync(Automation, attempt));
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
