using System.Net;
using Simulator;

namespace Exporter.EndToEnd.Fixtures;

/// <summary>For all tests of a class that only read: several accounts in a world that stands still, each campaign polled once.</summary>
public sealed class StandingExporter : IAsyncLifetime
{
    internal TemporaryDirectory Directory { get; } = new();

    internal SimulatedSendGrid SendGrid { get; private set; } = null!;

    internal ExporterProcess Exporter { get; private set; } = null!;

    internal Truth Truth { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        SendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        Truth = new Truth(SendGrid.World, SendGrid.Clock.Now, WithAccounts: true, WithNames: true);
        Exporter = await ExporterProcess.StartAsync(Directory, Configured.ByFile(Directory, SendGrid));
        await Eventually.GetAsync(Exporter.ScrapeAsync, page => Configured.IsPolled(page, SendGrid));
        await Eventually.TrueAsync(async () => await Exporter.StatusAsync("-/ready") == HttpStatusCode.OK);
    }

    public async ValueTask DisposeAsync()
    {
        await Exporter.DisposeAsync();
        await SendGrid.DisposeAsync();
        Directory.Dispose();
    }
}
