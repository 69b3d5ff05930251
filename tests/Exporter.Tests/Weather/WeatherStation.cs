using System.Diagnostics;
using System.Net;
using Exporter.Cli;
using Exporter.Configuration;
using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.Snapshots;
using Microsoft.AspNetCore.Builder;
using Simulator;

namespace Exporter.Tests.Weather;

/// <summary>
/// The whole program in this process, over real HTTP on both sides: a simulated SendGrid before it, a scraper behind it. Whatever it
/// ever answered or logged is searched for the keys when it is disposed.
/// </summary>
internal sealed class WeatherStation : IAsyncDisposable
{
    /// <summary>Long, because the machine may be busy; no test waits for it to pass.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static readonly string[] Pages = ["/", "/metrics", "/internal/metrics", "/-/healthy", "/-/ready", "/config", "/api/v1/status", "/sd/links"];

    private readonly WebApplication _app;
    private readonly HttpClient _http = new();

    private WeatherStation(SimulatedSendGrid sendGrid, ExporterOptions options, bool lifecycle)
    {
        (SendGrid, Options) = (sendGrid, options);
        _app = ExporterHost.Build(
            options,
            new HostOptions
            {
                ListenAddresses = [new ListenAddress(IPAddress.Loopback, 0)],
                Source = new ReloadSource("test", File: null, () => new ConfigurationResult(Problems.Count == 0 ? Options : null, Problems, [])),
                EnableLifecycle = lifecycle,
            },
            Log);
    }

    private async Task<WeatherStation> StartAsync()
    {
        await _app.StartAsync(Stopping);
        _http.BaseAddress = new Uri(_app.Urls.First());
        return this;
    }

    public SimulatedSendGrid SendGrid { get; }

    public LogLines Log { get; } = new();

    /// <summary>What the next reload reads.</summary>
    public ExporterOptions Options { get; set; }

    /// <summary>What is wrong with it.</summary>
    public IReadOnlyList<Problem> Problems { get; set; } = [];

    /// <summary>What the last reload was answered.</summary>
    public string LastReload { get; private set; } = "";

    public static CancellationToken Stopping => TestContext.Current.CancellationToken;

    /// <summary>Short intervals, and a deadline that only a test which waits for it shortens: the machine may be busy.</summary>
    public static PollOptions Fast => new()
    {
        Interval = TimeSpan.FromSeconds(1),
        Timeout = TimeSpan.FromSeconds(20),
        DiscoveryInterval = TimeSpan.FromSeconds(1),
    };

    /// <summary>A simulated SendGrid whose clock stands still, and which gives more requests a minute than anybody sends.</summary>
    public static async Task<SimulatedSendGrid> SimulateAsync(WorldOptions world, int rateLimit = 1_000_000)
    {
        var sendGrid = await SimulatedSendGrid.StartAsync(new SimulatorOptions { World = world, RateLimit = rateLimit }, Stopping);
        sendGrid.Clock.Freeze();
        return sendGrid;
    }

    /// <summary>The account as it is reached when nothing gets in its way.</summary>
    public static AccountOptions Reach(SimulatedSendGrid sendGrid, SimulatedAccount account) => new()
    {
        ApiKey = ApiKey.FromValue(account.ApiKey),
        BaseUrl = sendGrid.BaseUrl,
        Rate = new RateOptions { RequestsPerSecond = 200, Concurrency = 4 },
    };

    /// <summary>An account with all its automations: those listed are configured, the others may be discovered.</summary>
    public static PolledAccountOptions Poll(SimulatedSendGrid sendGrid, SimulatedAccount account, RateOptions? rate = null, bool discover = true, bool named = false) => new()
    {
        Account = Reach(sendGrid, account) with { Name = named ? account.Name : null, PageSize = 5, Rate = rate ?? new RateOptions { RequestsPerSecond = 200, Concurrency = 4 } },
        Automations = new AutomationsOptions
        {
            Discover = discover,
            List = discover ? [] : [.. account.Automations.Select(automation => new AutomationOptions { Id = automation.Id })],
        },
    };

    /// <summary>Starts the program against a simulated SendGrid, which it then owns.</summary>
    public static Task<WeatherStation> StartAsync(
        SimulatedSendGrid sendGrid, PollOptions poll, IReadOnlyList<PolledAccountOptions> accounts, LinksOptions? links = null, bool lifecycle = true) =>
        new WeatherStation(sendGrid, new ExporterOptions { Poll = poll, Accounts = accounts, Links = links ?? new LinksOptions() }, lifecycle).StartAsync();

    public async Task<Scrape> ScrapeAsync() => new(await GetAsync("/metrics"));

    /// <summary>What the simulated SendGrid was asked, in order.</summary>
    public IReadOnlyList<LoggedRequest> Requests(string? account = null, string? endpoint = null) =>
    [
        .. SendGrid.Requests.Snapshot()
            .Where(request => account is null || string.Equals(request.Account, account, StringComparison.Ordinal))
            .Where(request => endpoint is null || string.Equals(request.Endpoint, endpoint, StringComparison.Ordinal)),
    ];

    public async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative), Stopping);
        return answer.StatusCode;
    }

    /// <summary><c>POST /-/reload</c>.</summary>
    public async Task<HttpStatusCode> ReloadAsync()
    {
        using var answer = await _http.PostAsync(new Uri("/-/reload", UriKind.Relative), content: null, Stopping);
        LastReload = await answer.Content.ReadAsStringAsync(Stopping);
        AssertNoSecret(LastReload);
        return answer.StatusCode;
    }

    /// <summary>Scrapes until the page is as wanted.</summary>
    public async Task<Scrape> UntilAsync(string what, Func<Scrape, bool> condition)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var scrape = await ScrapeAsync();
            if (condition(scrape))
            {
                return scrape;
            }

            if (waited.Elapsed > Patience)
            {
                var page = string.Join('\n', scrape.Text.Split('\n').Where(line => line.StartsWith("sendgrid_", StringComparison.Ordinal)));
                Assert.Fail($"waited in vain until {what}; the page says\n{page}\nand the log\n{string.Concat(Log.All)}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System, Stopping);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var page in Pages)
        {
            await GetAsync(page);
        }

        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        await SendGrid.DisposeAsync();
        _http.Dispose();
        foreach (var line in Log.All)
        {
            AssertNoSecret(line);
        }

        Assert.DoesNotContain(SendGrid.Requests.Snapshot(), request => request is { Listener: Listener.Other });
    }

    public async Task<string> GetAsync(string path)
    {
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative), Stopping);
        var text = await answer.Content.ReadAsStringAsync(Stopping);
        AssertNoSecret(text);
        return text;
    }

    private void AssertNoSecret(string text)
    {
        foreach (var account in SendGrid.World.Accounts)
        {
            Assert.DoesNotContain(account.ApiKey, text, StringComparison.Ordinal);
            Assert.DoesNotContain(account.ApiKey[^20..], text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("Bearer", text, StringComparison.OrdinalIgnoreCase);
    }
}
