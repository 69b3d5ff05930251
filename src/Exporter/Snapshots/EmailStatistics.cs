using System.Collections.Immutable;

namespace Exporter.Snapshots;

/// <summary>The twelve numbers of one email, in the order of <see cref="Names"/>; <see langword="null"/> where the API told none.</summary>
internal readonly record struct EmailStatistics(EmailKey Email, ImmutableArray<long?> Values)
{
    /// <summary>SendGrid's words, which are the ends of the metric names too.</summary>
    public static readonly ImmutableArray<string> Names =
    [
        "requests",
        "delivered",
        "opens",
        "unique_opens",
        "clicks",
        "unique_clicks",
        "bounces",
        "bounce_drops",
        "invalid_emails",
        "spam_reports",
        "spam_report_drops",
        "unsubscribes",
    ];

    /// <summary>Whether any number is known.</summary>
    public bool IsKnown => Values.Any(static value => value is not null);

    /// <summary>What was found, or the very same as before when every number is as it was.</summary>
    public static ImmutableArray<EmailStatistics> ReuseUnchanged(
        ImmutableArray<EmailStatistics> found,
        ImmutableArray<EmailStatistics> before
    ) => found.SequenceEqual(before, static (a, b) => a.Email == b.Email && a.Values.SequenceEqual(b.Values)) ? before : found;
}
