using Exporter.Snapshots;

namespace Exporter.Tests.Snapshots;

public sealed class FailureAdviceTests
{
    [Fact]
    public void Every_cause_has_an_advice_of_its_own() => Assert.Distinct(Enum.GetValues<FailureCause>().Select(FailureAdvice.For));
}
