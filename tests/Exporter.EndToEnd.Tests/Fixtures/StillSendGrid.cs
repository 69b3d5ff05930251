using Simulator;

namespace Exporter.EndToEnd.Fixtures;

/// <summary>Starts simulated SendGrids whose clock stands still, so that there is one truth to compare with.</summary>
internal static class StillSendGrid
{
    public static async Task<SimulatedSendGrid> StartAsync(WorldOptions world)
    {
        var options = new SimulatorOptions { World = world, RateLimit = int.MaxValue };
        var sendGrid = await SimulatedSendGrid.StartAsync(options, TestContext.Current.CancellationToken);
        sendGrid.Clock.Freeze();
        return sendGrid;
    }
}
