using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.SendGrid.Keys;
using Exporter.Snapshots;
using Microsoft.Extensions.Logging;

namespace Exporter.Tests.Polling;

public sealed class StateLogTests
{
    private static readonly string A = Some.AutomationId(1);
    private static readonly PollOutcome Good = Some.Found(Some.Link());

    private static readonly ApiError Refused = new(FailureReason.Unauthorized, "401") { KeyIsRefused = true };

    [Fact]
    public void The_log_reports_each_cause_of_a_failure_once_and_the_recovery()
    {
        var lines = new LogLevels();
        var book = AccountBook.Create([A], log: lines);
        var automation = book.Due(Some.Noon)[0];

        book.Poll(automation, Some.Failed(FailureReason.Unavailable), Some.Noon);
        book.Poll(automation, Some.Failed(FailureReason.Unavailable), Some.Noon.AddMinutes(5));
        book.Poll(automation, Some.Failed(FailureReason.Timeout), Some.Noon.AddMinutes(10));
        book.Poll(automation, Some.Failed(FailureReason.Unavailable), Some.Noon.AddMinutes(15));
        book.Poll(automation, Good, Some.Noon.AddMinutes(20));
        book.Poll(automation, Good, Some.Noon.AddMinutes(25));

        Assert.Equal([LogLevel.Warning, LogLevel.Warning, LogLevel.Information], lines.Levels.Where(level => level > LogLevel.Debug));
        Assert.Equal(6, lines.Levels.Count(level => level == LogLevel.Debug));
    }

    [Fact]
    public void The_log_reports_the_end_of_exactly_the_failures_that_it_reported()
    {
        var lines = new LogLevels();
        var book = AccountBook.Create([A], log: lines);
        var automation = book.Due(Some.Noon)[0];

        book.Heard(Some.RefusedKey, Some.Noon);
        book.Ended(automation, Some.Failed(Refused), Some.Noon);
        book.Ended(automation, Some.Failed(FailureReason.Unavailable), automation.Due);
        book.Ended(automation, Some.Failed(Refused), automation.Due);
        book.Heard(KeyStanding.Unknown.Accepted(), automation.Due);
        book.Ended(automation, Good, automation.Due);

        // The key is refused; the automation fails; the key is accepted; the automation is well.
        Assert.Equal(
            [LogLevel.Error, LogLevel.Warning, LogLevel.Information, LogLevel.Information],
            lines.Levels.Where(level => level > LogLevel.Debug)
        );
    }

    [Fact]
    public void The_log_does_not_report_that_a_list_is_read_again_when_only_the_key_had_failed()
    {
        var lines = new LogLevels();
        var book = AccountBook.Create([], discover: true, log: lines);

        book.DiscoveryStarted(CampaignKind.Automation, Some.Noon);
        book.Heard(Some.RefusedKey, Some.Noon);
        book.DiscoveryEnded(CampaignKind.Automation, Refused, Some.Noon, 0, Some.Noon);
        book.Heard(KeyStanding.Unknown.Accepted(), Some.Noon.AddMinutes(5));
        book.Discover([], Some.Noon.AddMinutes(5));

        Assert.Equal([LogLevel.Error, LogLevel.Information], lines.Levels);
    }

    /// <summary>The key is good, so nothing else reports it.</summary>
    [Fact]
    public void The_log_reports_a_campaign_that_is_refused_alone()
    {
        var lines = new LogLevels();
        var book = AccountBook.Create([A], log: lines);

        book.Ended(book.Due(Some.Noon)[0], Some.Failed(FailureReason.Unauthorized), Some.Noon);

        Assert.Equal([LogLevel.Warning], lines.Levels.Where(level => level > LogLevel.Debug));
    }
}
