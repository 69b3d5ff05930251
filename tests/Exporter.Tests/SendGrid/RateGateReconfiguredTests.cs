using Exporter.SendGrid;

namespace Exporter.Tests.SendGrid;

public sealed class RateGateReconfiguredTests
{
    private static readonly DateTimeOffset Never = DateTimeOffset.MaxValue;

    [Fact]
    public async Task More_places_are_there_at_once()
    {
        using var gate = Gate(concurrency: 1);
        using var first = await EnterAsync(gate);
        var waiting = EnterAsync(gate);
        Assert.False(waiting.IsCompleted);

        gate.Reconfigure(new RateOptions { RequestsPerSecond = 1000, Concurrency = 2 });

        using var second = await waiting;
        Assert.NotNull(second);
    }

    [Fact]
    public async Task Fewer_places_are_reached_as_requests_end()
    {
        using var gate = Gate(concurrency: 3);
        var places = new[] { await EnterAsync(gate), await EnterAsync(gate) };
        gate.Reconfigure(new RateOptions { RequestsPerSecond = 1000, Concurrency = 1 });
        var waiting = EnterAsync(gate);

        places[0]!.Dispose();
        Assert.False(await IsThereAsync(waiting), "one still holds the only place");
        places[1]!.Dispose();

        using var next = await waiting;
        Assert.NotNull(next);
        Assert.False(await IsThereAsync(EnterAsync(gate)), "and there is no other");
    }

    [Fact]
    public async Task Whatever_order_numbers_come_in_the_last_one_holds()
    {
        using var gate = Gate(concurrency: 2);
        var held = new[] { await EnterAsync(gate), await EnterAsync(gate) };
        foreach (var concurrency in (int[])[1, 4, 1, 3, 2])
        {
            gate.Reconfigure(new RateOptions { RequestsPerSecond = 1000, Concurrency = concurrency });
        }

        held[0]!.Dispose();
        held[1]!.Dispose();
        using var one = await EnterAsync(gate);
        using var two = await EnterAsync(gate);

        Assert.False(await IsThereAsync(EnterAsync(gate)));
    }

    private static RateGate Gate(int concurrency) => new(new RateOptions { RequestsPerSecond = 1000, Concurrency = concurrency }, TimeProvider.System);

    private static Task<RateGate.Place?> EnterAsync(RateGate gate) =>
        gate.EnterAsync(Endpoint.AutomationLinks, Never, TestContext.Current.CancellationToken).AsTask();

    /// <summary>Long enough for a slot at this rate; one that does not come is not waited for longer.</summary>
    private static async Task<bool> IsThereAsync(Task<RateGate.Place?> entering)
    {
        await Task.WhenAny(entering, Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, TestContext.Current.CancellationToken));
        return entering.IsCompleted;
    }
}
