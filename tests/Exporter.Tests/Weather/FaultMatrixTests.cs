using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Exporter.Tests.Weather;

/// <summary>Plays the whole matrix once, many lines at the same time: most of their time is waiting.</summary>
public sealed class FaultMatrix : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, Exception?> _played = new(StringComparer.Ordinal);

    /// <summary>The lines to play. <c>WEATHER=^429</c> plays those that match, while working on them.</summary>
    internal static IEnumerable<Expectation> Lines { get; } = Expectations.All.Where(line =>
        Regex.IsMatch(line.Rule, Environment.GetEnvironmentVariable("WEATHER") ?? "", RegexOptions.None, TimeSpan.FromSeconds(1)));

    public async ValueTask InitializeAsync()
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = WeatherStation.Stopping };
        await Parallel.ForEachAsync(Lines, parallel, async (line, _) =>
            _played[line.Rule] = await Record.ExceptionAsync(() => FaultScenario.PlayAsync(line)));
    }

    public void AssertPlayed(string rule) => Assert.True(_played[rule] is null, _played[rule]?.ToString());

    public ValueTask DisposeAsync() => default;
}

public sealed class FaultMatrixTests(FaultMatrix matrix) : IClassFixture<FaultMatrix>
{
    public static TheoryData<string> Rules => [.. FaultMatrix.Lines.Select(line => line.Rule)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Under_every_behaviour_the_page_says_the_truth_and_its_age(string rule) => matrix.AssertPlayed(rule);
}
