using System.Globalization;
using System.Net.Sockets;
using Exporter.Backfill;
using Exporter.Configuration;
using Exporter.Configuration.Sections;
using Exporter.Hosting;
using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.SendGrid.Keys;
using Exporter.SendGrid.RateLimits;
using Simulator;

namespace Exporter.Cli;

/// <summary>
/// A simulated SendGrid inside this process, and the configuration that polls it. The rest of the program runs unchanged.
/// </summary>
internal sealed class Demo : IAsyncDisposable
{
    private readonly SimulatedSendGrid _sendGrid;
    private readonly DemoOptions _options;
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _started;

    private Demo(SimulatedSendGrid sendGrid, DemoOptions options, TimeProvider time) =>
        (_sendGrid, _options, _time, _started) = (sendGrid, options, time, time.GetUtcNow());

    /// <summary>
    /// The configuration that an operator would write for this account: every automation is discovered, the important ones have names.
    /// </summary>
    public ExporterOptions Options =>
        new()
        {
            // The intervals are short, so that people who watch see the numbers move.
            Poll = new PollOptions
            {
                Interval = TimeSpan.FromSeconds(10),
                Timeout = TimeSpan.FromSeconds(30),
                DiscoveryInterval = TimeSpan.FromMinutes(1),
            },
            Accounts = [.. _sendGrid.World.Accounts.Select(Polled)],
        };

    /// <summary>Returns the demo's configuration with the OTLP settings of the environment, which apply as usual.</summary>
    public ConfigurationResult Read(Func<string, string?> environment)
    {
        var reading = new ReadContext("environment", environment);
        return reading.Result(Options with { Otlp = OtlpVariables.Read(reading) });
    }

    /// <summary>The past of the simulated world, as an exporter would have seen it.</summary>
    public DemoBackfillSource Past => new(_sendGrid.World, Options);

    /// <exception cref="IOException">The loopback address is not available.</exception>
    public static async Task<Demo> StartAsync(DemoOptions options, Surroundings surroundings, CancellationToken cancellation)
    {
        var world = WorldOptions.Demo(options.Seed, options.BreakAfter) with { Start = Beginning(surroundings.Time.GetUtcNow()) };
        var simulator = new SimulatorOptions
        {
            World = world,
            Speed = options.Speed,
            Time = surroundings.Time,
            Listeners = surroundings.Listeners,
        };
        try
        {
            return new(await SimulatedSendGrid.StartAsync(simulator, cancellation), options, surroundings.Time);
        }
        catch (SocketException e)
        {
            throw new IOException($"the demo needs this machine's own address 127.0.0.1, but cannot listen there: {e.Message}", e);
        }
    }

    /// <summary>The simulated world itself.</summary>
    public World World => _sendGrid.World;

    /// <summary>
    /// Prints the pages to open and the coming event, and reports the event when it happens. The demo runs even when no one can read this.
    /// </summary>
    /// <param name="output">Standard output.</param>
    /// <param name="addresses">The addresses on which it listens, as a browser opens them.</param>
    /// <param name="polled">The accounts that this process polls.</param>
    /// <param name="shard">Which of several processes this is.</param>
    /// <param name="stopping">Ends the reports.</param>
    public async Task WelcomeAsync(
        TextWriter output,
        IReadOnlyCollection<string> addresses,
        IReadOnlyList<AccountOptions> polled,
        Shard shard,
        CancellationToken stopping
    )
    {
        try
        {
            var address = addresses.FirstOrDefault() ?? "";
            if (polled.Count == 0)
            {
                await output.WriteLineAsync($"\nDemo: {Narrator.NoShare(shard)}; Ctrl+C ends it.\n\n  {address}/\n");
                return;
            }

            var broken = World.BrokenLink is { } breaking && IsAmong(polled, breaking) ? breaking : null;
            Greet(output, address, polled, broken);
            if (broken is { } link)
            {
                var left = _started + _options.BreakAfter - _time.GetUtcNow();
                await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, _time, stopping);
                await output.WriteLineAsync(
                    $"{_time.GetUtcNow():HH:mm:ss}  {Name(link)} has just broken. {address}/ shows it once chance cannot explain "
                        + "it any longer."
                );
            }
        }
        catch (Exception e) when (e is OutputException or OperationCanceledException)
        {
            // The log shows the addresses, too.
        }
    }

    private static string Name(BrokenLink link) => $"{link.Url} in {link.Automation} / {link.Step}";

    private static bool IsAmong(IEnumerable<AccountOptions> polled, BrokenLink link) =>
        polled.Any(account => account.Automations.List.Any(automation => automation.Id == link.AutomationId));

    private void Greet(TextWriter output, string address, IReadOnlyList<AccountOptions> polled, BrokenLink? broken)
    {
        // The configuration lists everything in the world.
        var automations = polled.Sum(static account => account.Automations.List.Count);
        var sends = polled.Sum(static account => account.SingleSends.List.Count);
        output.Write(
            $"""

            Demo: {automations} simulated automations and {sends} Single Sends with six weeks of history. Nothing is sent to SendGrid;
            Ctrl+C ends it.

              {address}/           open this: what is polled, and which links stand out
              {address}/metrics    what Prometheus scrapes; every automation is polled every 10 s

              curl -s {address}/metrics | grep sendgrid_automation_link_clicks


            """
        );
        if (broken is { } link)
        {
            output.WriteLine($"At {_started + _options.BreakAfter:HH:mm:ss} UTC a link breaks: {Name(link)}.");
            if (_options.BreakAfter > TimeSpan.FromMinutes(1))
            {
                output.WriteLine("To see it sooner, start with --demo.break-after=30s.");
            }

            output.WriteLine("A minute or two later, more at night, it is named here, and:");
            output.WriteLine($"  {address}/");
            output.WriteLine($"  {address}/automation?id={link.AutomationId}    its page");
            output.WriteLine($"  {address}/api/v1/status    stands_out");
            output.WriteLine("Its series have the labels");
            output.WriteLine($"  automation=\"{link.Automation}\", step_id=\"{link.StepId}\", url_location=\"{link.Location}\"");
            output.WriteLine();
        }
    }

    public ValueTask DisposeAsync() => _sendGrid.DisposeAsync();

    /// <summary>
    /// Returns the first day of a month, at least six weeks ago. So every command and every start within a month uses the same world, and a
    /// past that one of them wrote fits the other.
    /// </summary>
    private static DateTimeOffset Beginning(DateTimeOffset now)
    {
        var day = now.UtcDateTime.AddDays(-42);
        return new(day.Year, day.Month, 1, 0, 0, 0, TimeSpan.Zero);
    }

    /// <summary>
    /// The identity of this world in saved state: the simulator's port is another one at each start. No real account has it, as it is no
    /// address. At another speed than 1 each start is a world of its own, because its clock begins in the present again.
    /// </summary>
    private string Origin
    {
        get
        {
            var faster = string.Create(CultureInfo.InvariantCulture, $", {_options.Speed} times faster from {_started:O}");
            return string.Create(
                CultureInfo.InvariantCulture,
                $"demo {_options.Seed} since {World.Start:yyyy-MM-dd}{(_options.Speed is 1 ? "" : faster)}"
            );
        }
    }

    private AccountOptions Polled(SimulatedAccount account) =>
        new()
        {
            Origin = Origin,
            Api = new ApiOptions
            {
                Name = _sendGrid.World.Accounts.Count > 1 ? account.Name : null,
                ApiKey = ApiKey.FromValue(account.ApiKey),
                BaseUrl = _sendGrid.BaseUrl,
                // No other program uses this account, so the demo may poll faster than the default.
                Rate = new RateOptions { RequestsPerSecond = 20 },
            },
            Automations = new AutomationsOptions
            {
                List =
                [
                    .. account.Automations.Select(automation => new ConfiguredAutomation
                    {
                        Id = automation.Id,
                        Name = automation.Name,
                        Steps = [.. automation.Steps.Select(step => new ConfiguredStep { Id = step.Id, Name = step.Name })],
                    }),
                ],
            },
            SingleSends = new SingleSendsOptions
            {
                Discover = true,
                List = [.. account.SingleSends.Select(send => new ConfiguredSingleSend { Id = send.Id, Name = send.Name })],
            },
        };

    /// <summary>Returns an address that a browser can open; <c>http://[::]:10324</c> is not one.</summary>
    public static string BrowserAddress(string bound) =>
        bound.Replace("[::]", "localhost", StringComparison.Ordinal).Replace("0.0.0.0", "localhost", StringComparison.Ordinal);
}
