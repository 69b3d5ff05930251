using Exporter.SendGrid;
using Exporter.SendGrid.RateLimits;
using Exporter.Tests.VirtualTime;

namespace Exporter.Tests.SendGrid;

[Collection(nameof(OnVirtualTime))]
public sealed class RateGateReconfiguredTests
{
    private static readonly DateTimeOffset Never = DateTimeOffset.MaxValue;
    private readonly VirtualClock _clock = new();

    [Fact]
    public async Task More_places_are_there_at_once()
    {
        var gate = Gate(concurrency: 1);
        using var first = await EnteredAsync(gate);
        var waiting = EnterAsync(gate);
        Assert.False(waiting.IsCompleted);

        gate.Reconfigure(new RateOptions { RequestsPerSecond = 1000, Concurrency = 2 });

        using var second = await _clock.UntilAsync(waiting);
        Assert.NotNull(second);
    }

    [Fact]
    public async Task Fewer_places_are_reached_as_requests_end()
    {
        var gate = Gate(concurrency: 3);
        var places = new[] { await EnteredAsync(gate), await EnteredAsync(gate) };
        gate.Reconfigure(new RateOptions { RequestsPerSecond = 1000, Concurrency = 1 });
        var waiting = EnterAsync(gate);

        places[0]!.Dispose();
        Assert.False(await IsThereAsync(waiting), "one still holds the only place");
        places[1]!.Dispose();

        using var next = await _clock.UntilAsync(waiting);
        Assert.NotNull(next);
        Assert.False(await IsThereAsync(EnterAsync(gate)), "and there is no other");
    }

    [Fact]
    public async Task Whatever_order_numbers_come_in_the_last_one_holds()
    {
        var gate = Gate(concurrency: 2);
        var held = new[] { await EnteredAsync(gate), await EnteredAsync(gate) };
        foreach (var concurrency in (int[])[1, 4, 1, 3, 2])
        {
            gate.Reconfigure(new RateOptions { RequestsPerSecond = 1000, Concurrency = concurrency });
        }

        held[0]!.Dispose();
        held[1]!.Dispose();
        using var one = await EnteredAsync(gate);
        using var two = await EnteredAsync(gate);

        Assert.False(await IsThereAsync(EnterAsync(gate)));
    }

    private RateGate Gate(int concurrency) =>
        new(new RateOptions { RequestsPerSecond = 1000, Concurrency = concurrency }, new SteadyTime(_clock));

    private static Task<RateGate.Permit?> EnterAsync(RateGate gate) =>
        gate.EnterAsync(ApiEndpoint.AutomationLinks, DateTimeOffset.MaxValue, Never, TestContext.Current.CancellationToken).AsTask();

    private Task<RateGate.Permit?> EnteredAsync(RateGate gate) => _clock.UntilAsync(EnterAsync(gate));

    /// <summary>A minute is enough for a slot at this rate; one that has not come by then never comes.</summary>
    private async Task<bool> IsThereAsync(Task<RateGate.Permit?> entering)
    {
        await _clock.ForAsync(TimeSpan.FromMinutes(1));
        return entering.IsCompleted;
    }
}
