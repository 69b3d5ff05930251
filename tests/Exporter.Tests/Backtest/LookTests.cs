using Exporter.Backtest;
using Simulator;

namespace Exporter.Tests.Backtest;

/// <summary>The measure of what stands out, on a world small enough for every run of the tests; BACKTEST.md has the whole.</summary>
public sealed class LookTests
{
    [Fact]
    public void In_a_rough_world_no_link_that_works_is_named_and_dead_ones_are()
    {
        // No exporter that is down around a fault: what was not polled cannot stand out.
        var trial = new Trial(seed: 1, days: 42, automations: 2, disturbances: Disturbances.None);

        var tally = LookTally.Of(trial, LookEvaluation.Run(trial, TimeSpan.FromMinutes(30), TestContext.Current.CancellationToken));

        Assert.Empty(tally.False);
        Assert.True(tally.LinkWeeks > 150);
        var busy = tally.Found.Where(static link => link is { Kind: FaultKind.LinkDead, ClicksPerHour: > 50, HasSiblings: true }).ToList();
        Assert.NotEmpty(busy);
        Assert.All(busy, static link => Assert.True(link.Delay <= TimeSpan.FromHours(1), $"{link}"));
    }
}
