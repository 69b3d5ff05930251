using Exporter.Polling;

namespace Exporter.Tests.Polling;

public sealed class DiscoveryTests
{
    private const string A = "00000000-0000-4000-8000-00000000000a";
    private const string B = "00000000-0000-4000-8000-00000000000b";
    private const string C = "00000000-0000-4000-8000-00000000000c";
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void New_ids_are_added_in_a_stable_order_and_missing_ones_are_gone()
    {
        var change = Discovery.Compare([C, B], [Polled(A)], new AutomationsOptions());

        Assert.Equal([B, C], change.New);
        Assert.Equal(A, Assert.Single(change.Gone).Id);
        Assert.Empty(change.Back);
    }

    [Fact]
    public void A_configured_automation_is_never_gone()
    {
        var options = new AutomationsOptions { List = [new AutomationOptions { Id = A }] };

        Assert.Empty(Discovery.Compare([], [Polled(A)], options).Gone);
    }

    [Fact]
    public void What_is_no_uuid_or_excluded_is_left_out_and_case_does_not_matter()
    {
        var options = new AutomationsOptions { Exclude = [B] };

        var change = Discovery.Compare(["export", B.ToUpperInvariant(), A.ToUpperInvariant(), A, "../x"], [Polled(A)], options);

        Assert.Empty(change.New);
        Assert.Empty(change.Gone);
    }

    [Fact]
    public void One_that_is_listed_again_comes_back()
    {
        var gone = Polled(A);
        gone.DelistedAt = Noon;

        var change = Discovery.Compare([A], [gone], new AutomationsOptions());

        Assert.Same(gone, Assert.Single(change.Back));
        Assert.Empty(change.New);
    }

    [Fact]
    public void A_failed_discovery_is_tried_again_as_soon_as_a_poll_would_be()
    {
        var options = new PollOptions { Interval = TimeSpan.FromMinutes(1), DiscoveryInterval = TimeSpan.FromMinutes(15) };

        Assert.Equal(Noon.AddMinutes(1), Discovery.Retry(Noon, options, named: null));
        Assert.Equal(Noon.AddMinutes(3), Discovery.Retry(Noon, options, named: Noon.AddMinutes(3)));
    }

    private static PolledAutomation Polled(string id) => new(new AutomationOptions { Id = id }, TimeSpan.FromMinutes(5), Noon);
}
