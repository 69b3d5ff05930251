using System.Net.Sockets;
using Exporter.Configuration;
using Exporter.Polling;
using Exporter.SendGrid;
using Simulator;

namespace Exporter.Cli;

/// <summary>A simulated SendGrid inside this process, and the configuration that polls it: the program itself is the same as ever.</summary>
internal sealed class Demo : IAsyncDisposable
{
    private readonly SimulatedSendGrid _sendGrid;

    private Demo(SimulatedSendGrid sendGrid) => _sendGrid = sendGrid;

    /// <summary>What an operator would have written for this account: every automation found, those that matter by name.</summary>
    public ExporterOptions Options => new()
    {
        // Short intervals, so that somebody who watches sees something move.
        Poll = new PollOptions { Interval = TimeSpan.FromSeconds(10), Timeout = TimeSpan.FromSeconds(30), DiscoveryInterval = TimeSpan.FromMinutes(1) },
        Accounts = [.. _sendGrid.World.Accounts.Select(Polled)],
    };

    /// <summary>The same with what the environment asks for besides: OTLP is pushed as ever.</summary>
    public ConfigurationResult Read(Func<string, string?> environment)
    {
        var reading = new Reading("environment", environment);
        return reading.Result(Options with { Otlp = OtlpVariables.Read(reading) });
    }

    /// <summary>What an exporter would have seen of it until now.</summary>
    public DemoPast Past => new(_sendGrid.World, Options);

    /// <exception cref="IOException">There is no address of this machine's own to listen on.</exception>
    public static async Task<Demo> StartAsync(DemoOptions options, Surroundings surroundings, CancellationToken cancellation)
    {
        var world = WorldOptions.Demo(options.Seed, options.BreakAfter) with { Start = Beginning(surroundings.Time.GetUtcNow()) };
        var simulator = new SimulatorOptions { World = world, Speed = options.Speed, Time = surroundings.Time, Listeners = surroundings.Listeners };
        try
        {
            return new(await SimulatedSendGrid.StartAsync(simulator, cancellation));
        }
        catch (SocketException e)
        {
            throw new IOException($"the demo needs this machine's own address 127.0.0.1, and cannot listen there: {e.Message}", e);
        }
    }

    /// <summary>Says what to open and what will happen.</summary>
    public void Welcome(TextWriter output, IReadOnlyCollection<string> addresses)
    {
        var address = addresses.FirstOrDefault() is { } first ? BrowserAddress(first) : "";
        output.WriteLine($"""

            Demo: {_sendGrid.World.Accounts.Sum(account => account.Automations.Count)} simulated automations with six weeks behind them; no account, no network.

              {address}/metrics    the series; every automation is polled each 10 s
              {address}/           what is polled, for people

              curl -s {address}/metrics | grep sendgrid_automation_link_clicks

            """);
        if (_sendGrid.World.BrokenLink is { } link)
        {
            output.WriteLine(
                $"At {link.At:HH:mm:ss} UTC on the demo's clock the link {link.Url} breaks. Watch its clicks stop:");
            output.WriteLine($"  automation=\"{link.Automation}\", step_id=\"{link.StepId}\", url_location=\"{link.Location}\"");
            output.WriteLine();
        }
    }

    public ValueTask DisposeAsync() => _sendGrid.DisposeAsync();

    /// <summary>
    /// The first of a month, six weeks ago or more: every command and every start within a month is about the same world, so that a past
    /// that was written by one goes on in the other.
    /// </summary>
    private static DateTimeOffset Beginning(DateTimeOffset now)
    {
        var day = now.UtcDateTime.AddDays(-42);
        return new(day.Year, day.Month, 1, 0, 0, 0, TimeSpan.Zero);
    }

    private PolledAccountOptions Polled(SimulatedAccount account) => new()
    {
        Account = new AccountOptions
        {
            Name = _sendGrid.World.Accounts.Count > 1 ? account.Name : null,
            ApiKey = ApiKey.FromValue(account.ApiKey),
            BaseUrl = _sendGrid.BaseUrl,
            // Nobody else uses this account, and who tries a demo does not want to wait.
            Rate = new RateOptions { RequestsPerSecond = 20 },
        },
        Automations = new AutomationsOptions
        {
            List =
            [
                .. account.Automations.Select(automation => new AutomationOptions
                {
                    Id = automation.Id,
                    Name = automation.Name,
                    Steps = [.. automation.Steps.Select(step => new StepOptions { Id = step.Id, Name = step.Name })],
                }),
            ],
        },
        SingleSends = new SingleSendsOptions
        {
            Discover = true,
            List = [.. account.SingleSends.Select(send => new SingleSendOptions { Id = send.Id, Name = send.Name })],
        },
    };

    /// <summary><c>http://[::]:10324</c> is no address that a browser opens.</summary>
    private static string BrowserAddress(string bound) =>
        bound.Replace("[::]", "localhost", StringComparison.Ordinal).Replace("0.0.0.0", "localhost", StringComparison.Ordinal);
}
