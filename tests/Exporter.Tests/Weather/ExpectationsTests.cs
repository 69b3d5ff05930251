using Simulator;

namespace Exporter.Tests.Weather;

public sealed class ExpectationsTests
{
    private const string Begin = "<!-- expectations: UPDATE_GOLDEN=1 rewrites them -->\n";
    private const string End = "<!-- end of expectations -->\n";

    [Fact]
    public void Every_behaviour_of_the_simulator_has_an_expectation() =>
        Assert.Empty(
            BehaviourSwitchboard
                .Known.Select(behaviour => behaviour.Name)
                .Except(Expectations.All.Select(line => line.Behaviour), StringComparer.Ordinal)
        );

    [Fact]
    public async Task The_readme_of_the_SendGrid_room_has_the_table_that_the_matrix_plays()
    {
        var file = Repository.PathTo("src/Exporter/SendGrid/README.md");
        var text = await File.ReadAllTextAsync(file, WeatherStation.Stopping);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        var expected = text[..begin] + ExpectationsTable.Text() + text[end..];
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") is "1")
        {
            await File.WriteAllTextAsync(file, expected, WeatherStation.Stopping);
        }

        Assert.Equal(expected, await File.ReadAllTextAsync(file, WeatherStation.Stopping));
    }
}
