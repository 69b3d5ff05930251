using Exporter.Polling;
using Exporter.Snapshots;

namespace Exporter.Tests.Polling;

public sealed class ListScheduleTests
{
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    [Fact]
    public void A_list_that_is_walked_is_not_due_and_is_called_for_by_nothing_until_it_is_planned_again()
    {
        var walked = ListSchedule.Empty.Plan(CampaignKind.Automation, Some.Noon).Begin(CampaignKind.Automation);

        Assert.Empty(walked.Due(DateTimeOffset.MaxValue.AddTicks(-1)));
        Assert.Equal(DateTimeOffset.MaxValue, walked.NextDue(static _ => true));
        Assert.Equal(DateTimeOffset.MaxValue, walked.NoLaterThan(Some.Noon).NextDue(static _ => true));
        Assert.Equal(DateTimeOffset.MaxValue, walked.ShiftBy(TimeSpan.FromHours(-3)).NextDue(static _ => true));
        Assert.Equal(DateTimeOffset.MaxValue, Reconfigure(walked, isTheSame: false, CampaignKind.Automation).NextDue(static _ => true));

        var planned = walked.Plan(CampaignKind.Automation, Some.Noon + Quarter);
        Assert.Null(planned.WalkOf(CampaignKind.Automation));
        Assert.Equal([CampaignKind.Automation], planned.Due(Some.Noon + Quarter));
        Assert.Empty(planned.Due(Some.Noon + Quarter - TimeSpan.FromTicks(1)));
    }

    /// <summary>An answer to the first of them must not be taken for one to the second.</summary>
    [Fact]
    public void A_walk_has_another_number_than_one_before_a_reload_dropped_the_list()
    {
        var before = ListSchedule.Empty.Begin(CampaignKind.Automation).Begin(CampaignKind.SingleSend);
        var dropped = Reconfigure(before, isTheSame: true, CampaignKind.SingleSend);
        Assert.Null(dropped.WalkOf(CampaignKind.Automation));
        Assert.Equal(before.WalkOf(CampaignKind.SingleSend), dropped.WalkOf(CampaignKind.SingleSend));

        var again = Reconfigure(dropped, isTheSame: true, CampaignKind.Automation, CampaignKind.SingleSend);
        Assert.Equal([CampaignKind.Automation], again.Due(Some.Noon));
        Assert.DoesNotContain(
            again.Begin(CampaignKind.Automation).WalkOf(CampaignKind.Automation),
            (long?[])[before.WalkOf(CampaignKind.Automation), before.WalkOf(CampaignKind.SingleSend)]
        );
    }

    [Theory]
    [InlineData(5, true, 5)]
    [InlineData(60, true, 15)]
    [InlineData(60, false, 0)]
    [InlineData(-1, false, -1)]
    public void After_a_reload_a_list_comes_within_the_interval_and_at_once_when_it_would_find_something_else(
        int planned,
        bool isTheSame,
        int due
    ) =>
        Assert.Equal(
            Some.Noon.AddMinutes(due),
            Reconfigure(ListSchedule.Empty.Plan(CampaignKind.Automation, Some.Noon.AddMinutes(planned)), isTheSame, CampaignKind.Automation)
                .NextDue(static _ => true)
        );

    /// <summary>The API named a time: neither a reload nor a probe asks before.</summary>
    [Fact]
    public void Nothing_brings_a_walk_forward_to_before_the_time_that_the_API_named()
    {
        var named = Some.Noon.AddHours(1);
        var lists = ListSchedule
            .Empty.Plan(CampaignKind.Automation, Some.Noon)
            .Begin(CampaignKind.Automation)
            .End(CampaignKind.Automation, Some.Noon.AddMinutes(15), named);

        Assert.Equal(named, Next(lists));
        Assert.Equal(named, Next(lists.NoLaterThan(Some.Noon)));
        Assert.Equal(named, Next(Reconfigure(lists, isTheSame: true, CampaignKind.Automation)));
        Assert.Equal(named, Next(Reconfigure(lists, isTheSame: false, CampaignKind.Automation)));
        Assert.Equal(named.AddHours(3), Next(lists.ShiftBy(TimeSpan.FromHours(3)).NoLaterThan(Some.Noon)));
        Assert.Equal(Some.Noon, Next(lists.ForgetWaits([CampaignKind.Automation]).NoLaterThan(Some.Noon)));
        Assert.Equal(Some.Noon, Next(lists.Begin(CampaignKind.Automation).End(CampaignKind.Automation, Some.Noon, notBefore: null)));

        static DateTimeOffset Next(ListSchedule lists) => lists.NextDue(static _ => true);
    }

    [Fact]
    public void When_the_clock_is_set_the_wait_for_a_list_stays_as_long_as_it_was()
    {
        var by = TimeSpan.FromHours(-3);

        Assert.Equal(
            Some.Noon + Quarter + by,
            ListSchedule.Empty.Plan(CampaignKind.SingleSend, Some.Noon + Quarter).ShiftBy(by).NextDue(static _ => true)
        );
    }

    [Theory]
    [InlineData(1, 15, 1)]
    [InlineData(60, 15, 15)]
    public void A_failed_discovery_is_tried_again_as_soon_as_a_poll_would_be(int interval, int discovery, int retry)
    {
        var options = new PollOptions { Interval = TimeSpan.FromMinutes(interval), DiscoveryInterval = TimeSpan.FromMinutes(discovery) };

        Assert.Equal(Some.Noon.AddMinutes(retry), ListSchedule.Retry(Some.Noon, options));
    }

    private static ListSchedule Reconfigure(ListSchedule lists, bool isTheSame, params CampaignKind[] asked) =>
        lists.Reconfigure(asked, _ => isTheSame, Quarter, Some.Noon);
}
