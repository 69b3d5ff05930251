using Exporter.Tests.VirtualTime;

namespace Exporter.Tests.Weather;

/// <summary>Every line of the table of what the API's bad habits lead to, played with the default settings.</summary>
[Collection(nameof(OnVirtualTime))]
public sealed class FaultMatrixTests
{
    public static TheoryData<string> Rules => [.. Expectations.All.Select(line => line.Rule)];

    [Theory]
    [MemberData(nameof(Rules))]
    public Task Under_every_behaviour_the_page_says_the_truth_and_its_age(string rule) =>
        FaultScenario.PlayAsync(Expectations.All.Single(line => string.Equals(line.Rule, rule, StringComparison.Ordinal)));
}
