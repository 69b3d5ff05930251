using Simulator;

namespace Exporter.EndToEnd.Fixtures;

/// <summary>
/// Worlds of all sizes that stand still, an exporter for each, and one Prometheus that scrapes them all: it begins some seconds after
/// its start.
/// </summary>
public sealed class WatchedWorlds : IAsyncLifetime
{
    /// <summary>Between two scrapes of ten thousands of series, and what one may take.</summary>
    private const int SecondsForLarge = 10;

    private readonly TemporaryDirectory _directory = new();
    private readonly List<WatchedWorld> _worlds = [];

    internal PrometheusServer Prometheus { get; private set; } = null!;

    internal WatchedWorld this[string job] => _worlds.Single(world => world.Job == job);

    public async ValueTask InitializeAsync()
    {
        if (!Tool.IsInstalled("prometheus"))
        {
            return;
        }

        await AddAsync("several", WorldOptions.Several());
        await AddAsync("growing", WorldOptions.Several());
        await AddAsync("without-a-file", WorldOptions.Demo(), byFile: false);
        await AddAsync("1", WorldOptions.Sized(automations: 1, steps: 3, linksPerStep: 4));
        await AddAsync("40", WorldOptions.Sized(automations: 40, steps: 3, linksPerStep: 4));
        await AddAsync("130", WorldOptions.Sized(automations: 130, steps: 10, linksPerStep: 15));
        Prometheus = await PrometheusServer.StartAsync(_directory, string.Concat(_worlds.Select(static world =>
            PrometheusServer.Job(world.Exporter.Address, world.Job, world.Job == "130" ? SecondsForLarge : 1))));
    }

    public async ValueTask DisposeAsync()
    {
        await (Prometheus?.DisposeAsync() ?? default);
        foreach (var world in _worlds)
        {
            await world.DisposeAsync();
        }

        _directory.Dispose();
    }

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
