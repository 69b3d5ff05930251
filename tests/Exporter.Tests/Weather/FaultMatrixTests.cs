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
        // The first one alone, so that not all of them wait for the compiler; those that take longest before the others.
        var lines = Lines.OrderByDescending(line => line.Timeout < WeatherStation.Fast.Timeout).ToList();
        await PlayAsync(lines[^1]);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 24, CancellationToken = WeatherStation.Stopping };
        await Parallel.ForEachAsync(lines.SkipLast(1), parallel, (line, _) => PlayAsync(line));
    }

    public void AssertPlayed(string rule) => Assert.True(_played[rule] is null, _played[rule]?.ToString());

    public ValueTask DisposeAsync() => default;

    private async ValueTask PlayAsync(Expectation line) => _played[line.Rule] = await Record.ExceptionAsync(() => FaultScenario.PlayAsync(line));
}

/// <summary>Hundreds of requests a second on both sides: nothing else runs beside it.</summary>
[CollectionDefinition(nameof(FaultMatrix), DisableParallelization = true)]
public sealed class FaultMatrixAlone : ICollectionFixture<FaultMatrix>;

[Collection(nameof(FaultMatrix))]
public sealed class FaultMatrixTests(FaultMatrix matrix)
{
    public static TheoryData<string> Rules => [.. FaultMatrix.Lines.Select(line => line.Rule)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Under_every_behaviour_the_page_says_the_truth_and_its_age(string rule) => matrix.AssertPlayed(rule);
}
