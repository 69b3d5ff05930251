using System.Collections.Immutable;

namespace Exporter.Snapshots;

/// <summary>The twelve numbers of one email, in the order of <see cref="Names"/>; <see langword="null"/> where the API gave none.</summary>
internal readonly record struct EmailStatistics(EmailKey Email, ImmutableArray<long?> Values)
{
    /// <summary>SendGrid's names of the statistics. The metric names end in them.</summary>
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

    /// <summary>Whether at least one number is known.</summary>
    public bool IsKnown => Values.Any(static value => value is not null);

    /// <summary>Returns the statistics found, or the very same array as before when no number changed.</summary>
    public static ImmutableArray<EmailStatistics> ReuseUnchanged(
        ImmutableArray<EmailStatistics> found,
        ImmutableArray<EmailStatistics> before
    ) => found.SequenceEqual(before, static (a, b) => a.Email == b.Email && a.Values.SequenceEqual(b.Values)) ? before : found;
}
