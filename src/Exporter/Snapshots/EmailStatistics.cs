using System.Collections.Immutable;

namespace Exporter.Snapshots;

/// <summary>The twelve numbers of one email, in the order of <see cref="Names"/>.</summary>
internal readonly record struct EmailStatistics(EmailKey Email, ImmutableArray<long> Values)
{
    /// <summary>SendGrid's words, which are the ends of the metric names too.</summary>
    public static readonly ImmutableArray<string> Names =
    [
        "requests", "delivered", "opens", "unique_opens", "clicks", "unique_clicks",
        "bounces", "bounce_drops", "invalid_emails", "spam_reports", "spam_report_drops", "unsubscribes",
    ];
}
