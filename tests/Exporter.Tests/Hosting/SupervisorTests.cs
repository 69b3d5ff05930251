using System.Net;
using Exporter.Cli;
using Exporter.Configuration;
using Exporter.Disk;
using Exporter.Exposition;
using Exporter.Exposition.Gzip;
using Exporter.Exposition.Text;
using Exporter.Hosting;
using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.SendGrid.Keys;
using Exporter.Telemetry;
using Exporter.Tests.VirtualTime;
using Exporter.Tests.Weather;
using Exporter.Web.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Tests.Hosting;

[Collection(nameof(OnVirtualTime))]
public sealed class SupervisorTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("sendgrid-exporter-tests-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Whatever_part_dies_the_program_says_so_once_is_not_healthy_and_ends_as_failed()
    {
        foreach (var part in await PartsAsync())
        {
            var (clock, log) = (new DyingClock(), new LogLines());
            await using var app = Build(clock, log);
            var liveness = app.Services.GetRequiredService<Liveness>();
            var ending = EndingAsync(app);

            clock.Dying = part.Name;
            await StartAsync(app);
            if (part == typeof(PageCompactor))
            {
                await ScrapeAsync(app);
            }

            await ending;
            clock.Dying = null;

            Assert.True(ExporterHost.HasFailed(app), $"{part.Name} is not dead");
            Assert.False(liveness.IsAlive, $"{part.Name} is dead and the program healthy");
            Assert.True(
                (1, 1) == (log.Count("level=error"), log.Count("level=error", $"part={part.Name}", "is dead")),
                $"{part.Name} has died, and the log says\n{string.Concat(log.All)}"
            );
            await app.StopAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Everything_in_the_background_is_a_part()
    {
        await using var app = Build(TimeProvider.System, new LogLines());
        var own = typeof(Supervisor).Assembly;

        Assert.Equal(
            [typeof(Supervisor)],
            app.Services.GetServices<IHostedService>().Select(service => service.GetType()).Where(type => type.Assembly == own)
        );
        Assert.Equal(
            own.GetTypes().Where(type => type.IsSubclassOf(typeof(BackgroundService))).OrderBy(type => type.Name, StringComparer.Ordinal),
            (await PartsAsync()).OrderBy(type => type.Name, StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_dead_part_is_exit_code_1_at_the_command_line()
    {
        using var error = new StringWriter();
        var world = new Surroundings
        {
            Environment = static name =>
                name switch
                {
                    "SENDGRID_API_KEY" => "SG.a.b",
                    "SENDGRID_BASE_URL" => "http://127.0.0.1:1",
                    _ => null,
                },
            Time = new DyingClock { Dying = nameof(PollingService) },
            Error = error,
            Output = TextWriter.Null,
            Log = new LogLines(),
        };

        Assert.Equal(1, await CommandLine.RunAsync(["serve", "--web.listen-address=127.0.0.1:0", "--storage.path="], world));
    }

    [Fact]
    public async Task A_stop_in_the_middle_of_the_start_is_no_death()
    {
        using var stop = new CancellationTokenSource();
        using var waiting = new WaitingPart();
        var (clock, lifetime) = (new VirtualClock(), new Lifetime());
        var liveness = new Liveness(clock);
        var supervisor = new Supervisor(
            [new(_ => waiting)],
            new ServiceCollection().BuildServiceProvider(),
            liveness,
            lifetime,
            clock,
            NullLogger<Supervisor>.Instance
        );
        await supervisor.StartAsync(stop.Token);

        await stop.CancelAsync();
        await waiting.Ended;
        await supervisor.StopAsync(TestContext.Current.CancellationToken);

        Assert.False(supervisor.HasFailed);
        Assert.True(liveness.IsAlive);
    }

    [Fact]
    public async Task A_part_that_hangs_in_its_stop_leaves_the_others_their_time()
    {
        var clock = new VirtualClock();
        var (first, hanging, last) = (new Part(), new Part { Hangs = true }, new Part());
        var supervisor = new Supervisor(
            [new(_ => first), new(_ => hanging), new(_ => last)],
            new ServiceCollection().BuildServiceProvider(),
            new Liveness(clock),
            new Lifetime(),
            clock,
            NullLogger<Supervisor>.Instance
        );

        await clock.UntilAsync(supervisor.StopAsync(TestContext.Current.CancellationToken));

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Supervisor.PartsStopWithin);
        Assert.Equal((true, true), (last.HadTime, first.HadTime));
    }

    /// <summary>Those that can die: the rest runs in threads of a library's own.</summary>
    private async Task<IReadOnlyList<Type>> PartsAsync()
    {
        await using var app = Build(TimeProvider.System, new LogLines());
        return
        [
            .. app.Services.GetRequiredService<Supervisor>().Parts.Where(part => part is BackgroundService).Select(part => part.GetType()),
        ];
    }

    /// <summary>As often as it takes until there is something that rests.</summary>
    private static async Task ScrapeAsync(WebApplication app)
    {
        var page = app.Services.GetRequiredService<MetricsPage>();
        for (var scrape = 0; scrape < 5; scrape++)
        {
            await page.CompressAsync(TextFormat.Prometheus, TestContext.Current.CancellationToken);
        }
    }

    private static async Task EndingAsync(WebApplication app)
    {
        var ending = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        app.Lifetime.ApplicationStopping.Register(ending.SetResult);
        await ending.Task.WaitAsync(TimeSpan.FromMinutes(10), TestContext.Current.CancellationToken);
    }

    /// <summary>The program with everything on that has a part of its own.</summary>
    private WebApplication Build(TimeProvider time, LogLines log)
    {
        var key = new ApiOptions { ApiKey = ApiKey.FromValue("SG.a.b"), BaseUrl = new Uri("http://127.0.0.1:1") };
        var target = new OtlpTarget(new Uri("http://127.0.0.1:1"), OtlpProtocol.HttpProtobuf, OtlpHeaders.None, TimeSpan.FromSeconds(1));
        return ExporterHost.Build(
            new ExporterOptions
            {
                Accounts = [new AccountOptions { Api = key }],
                Otlp = new OtlpOptions { Metrics = target, Traces = target },
            },
            new ServeOptions
            {
                ListenAddresses = [new ListenAddress(IPAddress.Loopback, 0)],
                StoragePath = Path.Combine(_directory, "data"),
                Access = new WebConfigResult(
                    WebAccess.Open,
                    [new FileSeen(Path.Combine(_directory, "web.yml"), OperatorFile.Missing)],
                    [],
                    []
                ),
                AutoReloadInterval = TimeSpan.FromSeconds(30),
            },
            new Surroundings
            {
                Time = time,
                Log = log,
                Environment = static name => name is "WATCHDOG_USEC" ? "60000000" : null,
            }
        );
    }

    /// <summary>A clock that throws when a certain part looks at it, which each has to do.</summary>
    private sealed class DyingClock : TimeProvider
    {
        public volatile string? Dying;

        public override DateTimeOffset GetUtcNow() => Alive(System.GetUtcNow());

        public override long GetTimestamp() => Alive(System.GetTimestamp());

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            Alive(System).CreateTimer(callback, state, dueTime, period);

        private T Alive<T>(T value) =>
            Dying is { } part && Environment.StackTrace.Contains($".{part}.", StringComparison.Ordinal)
                ? throw new InvalidOperationException($"{part} is dead")
                : value;
    }

    /// <summary>Starts it, whatever comes of that.</summary>
    private static async Task StartAsync(WebApplication app)
    {
        try
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            // It was stopped before it had started.
        }
    }

    /// <summary>Waits until it is stopped, as those do that let the cancellation through.</summary>
    private sealed class WaitingPart : BackgroundService
    {
        public Task Ended =>
            ExecuteTask!.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

        protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
            Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stoppingToken);
    }

    private sealed class Part : IHostedService
    {
        public bool Hangs { get; init; }

        /// <summary>Whether it was stopped while there was time.</summary>
        public bool HadTime { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            HadTime = !cancellationToken.IsCancellationRequested;
            return Hangs ? new TaskCompletionSource().Task : Task.CompletedTask;
        }
    }
}
