namespace Exporter.History;

/// <summary>
/// The rows of the store that make sense, to select from. SQLite accepts any value in any column, so another program, or damage, may leave
/// a row that no code here could decode. Whoever reads for people or for a backfill selects from these, and never meets such a row.
/// </summary>
/// <remarks>
/// The unary plus keeps a condition away from the indexes: SQLite uses one upper bound of an index, and that must be the query's own.
/// </remarks>
internal static class ReadableRows
{
    /// <summary>The largest text of a column in bytes. SendGrid's ids and places are a few dozen long.</summary>
    private const string LargestText = "65536";

    /// <summary><see cref="StoredMoment.End"/>.</summary>
    public const string EndOfTime = "32503680000000";

    /// <summary>The largest total: every double up to it is exact.</summary>
    private const string LargestTotal = "9007199254740992";

    public const string Campaigns = $"""
        (SELECT id, account, kind, campaign_id, last_success FROM campaign
        WHERE typeof(kind) = 'integer' AND +kind IN (0, 1)
            AND typeof(campaign_id) = 'text' AND octet_length(campaign_id) <= {LargestText}
            AND typeof(last_success) = 'integer' AND +last_success >= 0 AND +last_success < {EndOfTime})
        """;

    public const string Series = $"""
        (SELECT id, campaign, what, first, second, location, first_seen FROM series
        WHERE typeof(what) = 'text' AND typeof(first) = 'text' AND typeof(second) = 'text' AND typeof(location) = 'text'
            AND octet_length(what) + octet_length(first) + octet_length(second) + octet_length(location) <= {LargestText}
            AND typeof(first_seen) = 'integer' AND +first_seen >= 0 AND +first_seen < {EndOfTime})
        """;

    /// <summary>A value that makes no sense is unknown, like one that was gone. A change at no time is left out.</summary>
    public const string Changes = $"""
        (SELECT series, at, CASE WHEN typeof(value) = 'integer' AND value >= 0 AND value <= {LargestTotal} THEN value END AS value
        FROM change
        WHERE typeof(at) = 'integer' AND +at >= 0 AND +at < {EndOfTime})
        """;
}
