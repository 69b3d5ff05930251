using Simulator;

namespace Exporter.Tests.Weather;

public sealed class ExpectationsTests
{
    [Fact]
    public void Every_behaviour_of_the_simulator_has_an_expectation() =>
        Assert.Empty(BehaviourSwitchboard.Known.Select(behaviour => behaviour.Name).Except(Expectations.All.Select(line => line.Behaviour), StringComparer.Ordinal));
}
