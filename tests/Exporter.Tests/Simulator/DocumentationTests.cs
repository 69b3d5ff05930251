using Simulator;

namespace Exporter.Tests.Simulator;

public sealed class DocumentationTests
{
    [Fact]
    public async Task The_readme_has_the_table_of_all_behaviours_as_the_program_prints_it()
    {
        var readme = await File.ReadAllTextAsync(Repository.PathTo("src/Simulator/README.md"), TestContext.Current.CancellationToken);
        Assert.Contains(BehaviourList.Text(), readme, StringComparison.Ordinal);
    }

    [Fact]
    public void No_two_behaviours_have_the_same_name() =>
        Assert.Equal(BehaviourSwitchboard.Known.Count, BehaviourSwitchboard.Known.Select(behaviour => behaviour.Name).Distinct().Count());
}
