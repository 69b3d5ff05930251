namespace Simulator;

/// <summary>The twelve numbers that SendGrid reports for an automation, a step, a Single Send or one of its variations.</summary>
public sealed record Statistics(
    long Requests,
    long Delivered,
    long Opens,
    long UniqueOpens,
    long Clicks,
    long UniqueClicks,
    long Bounces,
    long BounceDrops,
    long InvalidEmails,
    long SpamReports,
    long SpamReportDrops,
    long Unsubscribes
)
{
    /// <summary>Twelve zeros.</summary>
    public static Statistics None { get; } = new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>The twelve numbers by SendGrid's names.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> ByName =>
        [
            new("requests", Requests),
            new("delivered", Delivered),
            new("opens", Opens),
            new("unique_opens", UniqueOpens),
            new("clicks", Clicks),
            new("unique_clicks", UniqueClicks),
            new("bounces", Bounces),
            new("bounce_drops", BounceDrops),
            new("invalid_emails", InvalidEmails),
            new("spam_reports", SpamReports),
            new("spam_report_drops", SpamReportDrops),
            new("unsubscribes", Unsubscribes),
        ];

    /// <summary>Derives all twelve numbers from the three that are simulated; each derived one grows with them.</summary>
    internal static Statistics From(long delivered, long opens, long clicks)
    {
        var (bounces, drops, invalid, spamDrops) = (delivered / 90, delivered / 700, delivered / 400, delivered / 9000);
        return new(
            delivered + bounces + drops + invalid + spamDrops,
            delivered,
            opens,
            (long)(opens * 0.62),
            clicks,
            (long)(clicks * 0.78),
            bounces,
            drops,
            invalid,
            delivered / 4000,
            spamDrops,
            opens / 260
        );
    }

    /// <summary>Adds number by number.</summary>
    public static Statistics operator +(Statistics left, Statistics right) => Add(left, right, 1);

    /// <summary>Subtracts number by number.</summary>
    public static Statistics operator -(Statistics left, Statistics right) => Add(left, right, -1);

    /// <summary>Adds number by number.</summary>
    public static Statistics Add(Statistics left, Statistics right) => Add(left, right, 1);

    /// <summary>Subtracts number by number.</summary>
    public static Statistics Subtract(Statistics left, Statistics right) => Add(left, right, -1);

    private static Statistics Add(Statistics left, Statistics right, int sign)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new(
            left.Requests + (sign * right.Requests),
            left.Delivered + (sign * right.Delivered),
            left.Opens + (sign * right.Opens),
            left.UniqueOpens + (sign * right.UniqueOpens),
            left.Clicks + (sign * right.Clicks),
            left.UniqueClicks + (sign * right.UniqueClicks),
            left.Bounces + (sign * right.Bounces),
            left.BounceDrops + (sign * right.BounceDrops),
            left.InvalidEmails + (sign * right.InvalidEmails),
            left.SpamReports + (sign * right.SpamReports),
            left.SpamReportDrops + (sign * right.SpamReportDrops),
            left.Unsubscribes + (sign * right.Unsubscribes)
        );
    }
}
