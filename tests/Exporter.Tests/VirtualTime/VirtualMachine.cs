using Simulator;

namespace Exporter.Tests.VirtualTime;

/// <summary>A clock and a network of the test's own: all that runs on it, the program and every SendGrid, has one time.</summary>
internal sealed class VirtualMachine(DateTimeOffset? start = null)
{
    public VirtualClock Clock { get; } = new(start);

    public VirtualNetwork Network { get; init; } = new();

    /// <summary>
    /// A simulated SendGrid whose world stands still unless the test moves it, and which gives more requests a minute than anybody sends.
    /// </summary>
    public async Task<SimulatedSendGrid> SimulateAsync(WorldOptions world, int rateLimit = 1_000_000, TimeSpan? rateWindow = null)
    {
        var options = new SimulatorOptions
        {
            World = world,
            RateLimit = rateLimit,
            RateWindow = rateWindow ?? TimeSpan.FromMinutes(1),
            Time = Clock,
            Listeners = Network,
            Log = SlowMachine.Answer,
        };
        var sendGrid = await SimulatedSendGrid.StartAsync(options, TestContext.Current.CancellationToken);
        sendGrid.Clock.Freeze();
        return sendGrid;
    }
}
