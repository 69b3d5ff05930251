using Exporter.Engines;
using Simulator;

namespace Exporter.EndToEnd.Fixtures;

/// <summary>
/// Worlds of all sizes that stand still, an exporter for each, and one Prometheus that scrapes them all: it begins some seconds after
/// its start. The small ones are scraped by a Prometheus 3, too, one of them in each format that it can ask for.
/// </summary>
public sealed class WatchedWorlds : IAsyncLifetime
{
    /// <summary>Between two scrapes of ten thousands of series, and what one may take.</summary>
    private const int SecondsForLarge = 10;

    /// <summary>
    /// What a Prometheus 3 calls the formats (https://prometheus.io/docs/prometheus/latest/configuration/configuration/#scrape_config).
    /// </summary>
    public static readonly IReadOnlyList<string> Protocols =
    [
        "OpenMetricsText1.0.0",
        "OpenMetricsText0.0.1",
        "PrometheusText1.0.0",
        "PrometheusText0.0.4",
    ];

    /// <summary>The job that asks for names without any but the old characters.</summary>
    public const string EscapedNames = "escaped-names";

    private readonly TemporaryDirectory _directory = new(),
        _directoryOfThree = new();
    private readonly List<WatchedWorld> _worlds = [];
    private readonly Dictionary<EngineKind, PrometheusServer> _servers = [];

    /// <summary>The one that scrapes them all.</summary>
    internal PrometheusServer Prometheus => On(EngineKind.Prometheus2.Name);

    internal WatchedWorld this[string job] => _worlds.Single(world => world.Job == job);

    public async ValueTask InitializeAsync()
    {
        var (isTwoHere, isThreeHere) = (IsHere(EngineKind.Prometheus2), IsHere(EngineKind.Prometheus3));
        if (!isTwoHere && !isThreeHere)
        {
            return;
        }

        await AddAsync("several", WorldOptions.Several());
        await AddAsync("growing", WorldOptions.Several());
        await AddAsync("without-a-file", WorldOptions.Demo(), byFile: false);
        await AddAsync("1", WorldOptions.Sized(automations: 1, steps: 3, linksPerStep: 4));
        await AddAsync("40", WorldOptions.Sized(automations: 40, steps: 3, linksPerStep: 4));
        await AddAsync("130", WorldOptions.Sized(automations: 130, steps: 10, linksPerStep: 15));
        if (isTwoHere)
        {
            await StartAsync(EngineKind.Prometheus2, _directory, _worlds.Select(static world => Job(world, world.Job)));
        }

        if (isThreeHere)
        {
            var small = this["1"];
            await StartAsync(
                EngineKind.Prometheus3,
                _directoryOfThree,
                [
                    .. _worlds
                        .Where(static world => world.Job is "several" or "without-a-file")
                        .Select(static world => Job(world, world.Job)),
                    .. Protocols.Select(protocol => Job(small, protocol, $"scrape_protocols: [{protocol}]")),
                    Job(small, EscapedNames, "metric_name_escaping_scheme: underscores"),
                ]
            );
        }
    }

    /// <summary>One of the two; the test is skipped where it is not here.</summary>
    internal PrometheusServer On(string engine)
    {
        Assert.SkipUnless(_servers.TryGetValue(EngineKind.Named(engine), out var server), EngineKind.Named(engine).Missing);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.Values)
        {
            await server.DisposeAsync();
        }

        foreach (var world in _worlds)
        {
            await world.DisposeAsync();
        }

        _directory.Dispose();
        _directoryOfThree.Dispose();
    }

    private static bool IsHere(EngineKind kind) => Tool.From(kind, "prometheus").IsInstalled;

    private static string Job(WatchedWorld world, string name, string more = "") =>
        PrometheusServer.Job(world.Exporter.Address, name, world.Job == "130" ? SecondsForLarge : 1, more);

    private async Task StartAsync(EngineKind kind, TemporaryDirectory directory, IEnumerable<string> jobs) =>
        _servers[kind] = await PrometheusServer.StartAsync(directory, string.Concat(jobs), kind: kind);

    private async Task AddAsync(string job, WorldOptions world, bool byFile = true)
    {
        var directory = new TemporaryDirectory();
        var sendGrid = await StillSendGrid.StartAsync(world);
        var exporter = byFile
            ? await ExporterProcess.StartAsync(directory, Configured.ByFile(directory, sendGrid))
            : await ExporterProcess.StartAsync(directory, [], Configured.ByEnvironment(sendGrid));
        _worlds.Add(new(job, directory, sendGrid, exporter));
    }
}

/// <summary>One of them.</summary>
internal sealed record WatchedWorld(string Job, TemporaryDirectory Directory, SimulatedSendGrid SendGrid, ExporterProcess Exporter)
    : IAsyncDisposable
{
    public Truth Truth => new(SendGrid.World, SendGrid.Clock.Now, WithAccounts: true, WithNames: true);

    public async ValueTask DisposeAsync()
    {
        await Exporter.DisposeAsync();
        await SendGrid.DisposeAsync();
        Directory.Dispose();
    }
}
