using Exporter.Snapshots;

namespace Exporter.Tests.Deploy;

public sealed class RunbookTests
{
    /// <summary>Page, <c>doctor</c> and runbook say the same about each cause.</summary>
    [Fact]
    public void The_runbook_has_the_advice_of_every_cause()
    {
        var runbook = File.ReadAllLines(Path.Combine(Repository.Root, "deploy", "prometheus", "RUNBOOK.md"))
            .SkipWhile(line => line != "### What is behind a failure");

        Assert.All(
            Enum.GetValues<FailureCause>(),
            cause =>
                Assert.EndsWith(
                    $"| {FailureAdvice.For(cause)} |",
                    Assert.Single(runbook, line => line.StartsWith($"| `{FailureAdvice.LabelOf(cause)}` |", StringComparison.Ordinal)),
                    StringComparison.Ordinal
                )
        );
    }
}
