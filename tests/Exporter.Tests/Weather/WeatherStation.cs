using System.Net;
using Exporter.Configuration;
using Exporter.Configuration.Reload;
using Exporter.Hosting;
using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.SendGrid.Keys;
using Exporter.SendGrid.RateLimits;
using Exporter.Snapshots;
using Exporter.Tests.VirtualTime;
using Microsoft.AspNetCore.Builder;
using Simulator;

namespace Exporter.Tests.Weather;

/// <summary>
/// The whole program in this process, speaking HTTP on both sides: a simulated SendGrid before it, a scraper behind it. All of them live on
/// the clock of one <see cref="VirtualMachine"/>, so hours pass in an instant, and how fast the real machine is changes nothing. Whatever
/// it ever answered or logged is searched for the keys when it is disposed.
/// </summary>
internal sealed class WeatherStation : IAsyncDisposable
{
    /// <summary>How often it is scraped while a test waits for something: Prometheus' default.</summary>
    public static readonly TimeSpan ScrapeInterval = TimeSpan.FromMinutes(1);

    private static readonly string[] Pages =
    [
        "/",
        "/metrics",
        "/internal/metrics",
        "/-/healthy",
        "/-/ready",
        "/config",
        "/api/v1/status",
        "/sd/links",
    ];

    private readonly VirtualMachine _machine;
    private readonly WebApplication _app;
    private HttpClient _http = null!;
    private bool _isOver;

    private WeatherStation(VirtualMachine machine, SimulatedSendGrid sendGrid, ExporterOptions options, bool lifecycle, string storage)
    {
        (_machine, SendGrid, Options) = (machine, sendGrid, options);
        _app = ExporterHost.Build(
            options,
            new ServeOptions
            {
                ListenAddresses = [new ListenAddress(IPAddress.Loopback, 0)],
                Source = new ReloadSource("test", () => new ConfigurationResult(Problems.Count == 0 ? Options : null, Problems, [])),
                EnableLifecycle = lifecycle,
                StoragePath = storage,
            },
            new Surroundings
            {
                Time = machine.Clock,
                Connect = machine.Network.ConnectAsync,
                Listeners = machine.Network,
                Log = Log,
            }
        );
    }

    private async Task<WeatherStation> StartAsync()
    {
        await _app.StartAsync(Stopping);
        _http = _machine.Network.Client(new Uri(_app.Urls.First()));
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

    public VirtualClock Clock => _machine.Clock;

    /// <summary>The account as it is reached when nothing gets in its way.</summary>
    public static ApiOptions Reach(SimulatedSendGrid sendGrid, SimulatedAccount account) =>
        new() { ApiKey = ApiKey.FromValue(account.ApiKey), BaseUrl = sendGrid.BaseUrl };

    /// <summary>An account with all its automations: those listed are configured, the others may be discovered.</summary>
    public static AccountOptions Poll(
        SimulatedSendGrid sendGrid,
        SimulatedAccount account,
        RateOptions? rate = null,
        bool discover = true,
        bool named = false
    ) =>
        new()
        {
            Api = Reach(sendGrid, account) with { Name = named ? account.Name : null, PageSize = 5, Rate = rate ?? new RateOptions() },
            Automations = new AutomationsOptions
            {
                Discover = discover,
                List = discover ? [] : [.. account.Automations.Select(automation => new ConfiguredAutomation { Id = automation.Id })],
            },
        };

    /// <summary>
    /// Starts the program against a simulated SendGrid, which it then owns, and keeps its state in a directory if one is given.
    /// </summary>
    public static Task<WeatherStation> StartAsync(
        VirtualMachine machine,
        SimulatedSendGrid sendGrid,
        IReadOnlyList<AccountOptions> accounts,
        PollOptions? poll = null,
        LinksOptions? links = null,
        bool lifecycle = true,
        string storage = ""
    ) =>
        new WeatherStation(
            machine,
            sendGrid,
            new ExporterOptions
            {
                Poll = poll ?? new PollOptions(),
                Accounts = accounts,
                Links = links ?? new LinksOptions(),
            },
            lifecycle,
            storage
        ).StartAsync();

    /// <summary>Ends the program, lets time pass without it, and starts it again with what its file says by now.</summary>
    /// <param name="storage">Where the state is.</param>
    /// <param name="pause">How long it is not there.</param>
    /// <param name="meanwhile">What happens in that time.</param>
    public async Task<WeatherStation> RestartAsync(string storage, TimeSpan pause, Action? meanwhile = null)
    {
        await EndAsync();
        meanwhile?.Invoke();
        await Clock.ForAsync(pause);
        return await new WeatherStation(_machine, SendGrid, Options, lifecycle: true, storage).StartAsync();
    }

    public async Task<Scrape> ScrapeAsync() => new(await GetAsync("/metrics"));

    /// <summary>What the simulated SendGrid was asked, in order.</summary>
    public IReadOnlyList<LoggedRequest> Requests(string? account = null, string? endpoint = null) =>
        [
            .. SendGrid
                .Requests.Snapshot()
                .Where(request => account is null || string.Equals(request.Account, account, StringComparison.Ordinal))
                .Where(request => endpoint is null || string.Equals(request.Endpoint, endpoint, StringComparison.Ordinal)),
        ];

    /// <summary>The body of <c>/metrics</c> as it comes to those who take gzip.</summary>
    public async Task<byte[]> ZippedAsync(string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/metrics", UriKind.Relative));
        request.Headers.Add("Accept", accept);
        request.Headers.Add("Accept-Encoding", "gzip");
        using var answer = await _http.SendAsync(request, Stopping);
        Assert.Equal(["gzip"], answer.Content.Headers.ContentEncoding);
        return await answer.Content.ReadAsByteArrayAsync(Stopping);
    }

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

    /// <summary>Lets the time pass, and scrapes until the page is as wanted.</summary>
    public async Task<Scrape> UntilAsync(string what, Func<Scrape, bool> condition, TimeSpan? every = null)
    {
        await Clock.SettleAsync();
        for (var end = Clock.Elapsed + ClockDriver.Patience; ; await Clock.ForAsync(every ?? ScrapeInterval))
        {
            var scrape = await ScrapeAsync();
            if (condition(scrape))
            {
                return scrape;
            }

            if (Clock.Elapsed > end)
            {
                var page = string.Join('\n', scrape.Text.Split('\n').Where(line => line.StartsWith("sendgrid_", StringComparison.Ordinal)));
                Assert.Fail($"waited in vain until {what}; the page says\n{page}\nand the log\n{string.Concat(Log.All)}");
            }
        }
    }

    /// <summary>The status and the text of an answer.</summary>
    public async Task<(HttpStatusCode Status, string Text)> AnswerAsync(string path)
    {
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative), Stopping);
        var text = await answer.Content.ReadAsStringAsync(Stopping);
        AssertNoSecret(text);
        return (answer.StatusCode, text);
    }

    public async ValueTask DisposeAsync()
    {
        if (_isOver)
        {
            return;
        }

        await EndAsync();
        await SendGrid.DisposeAsync();
        Assert.DoesNotContain(SendGrid.Requests.Snapshot(), request => request is { Listener: Listener.Other });
    }

    private async Task EndAsync()
    {
        _isOver = true;
        foreach (var page in Pages)
        {
            await GetAsync(page);
        }

        _http.Dispose();
        await Clock.UntilAsync(_app.StopAsync(CancellationToken.None));
        await _app.DisposeAsync();
        foreach (var line in Log.All)
        {
            AssertNoSecret(line);
        }
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
