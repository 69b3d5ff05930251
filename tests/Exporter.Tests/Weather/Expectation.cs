using Simulator;

namespace Exporter.Tests.Weather;

/// <summary>How attempts end while a behaviour lasts.</summary>
/// <param name="Reason">The reason that is counted, or <see langword="null"/> for a complete walk.</param>
/// <param name="IsEmpty">Whether the complete walk has no rows.</param>
internal sealed record Outcome(string? Reason, bool IsEmpty = false)
{
    public static readonly Outcome Fresh = new(Reason: null);
    public static readonly Outcome NoData = new(Reason: null, IsEmpty: true);

    public static Outcome Fails(string reason) => new(reason);
}

/// <summary>
/// What one bad habit of the API leads to: the rule that switches it on, what the exporter does, what the page then says.
/// </summary>
/// <param name="Rule">A behaviour of the simulator, with its argument.</param>
/// <param name="Does">What the exporter does, for the table of the README.</param>
internal sealed record Expectation(string Rule, string Does)
{
    public string Behaviour => Rule.Split('=')[0];

    /// <summary>When it lasts since before the first poll.</summary>
    public Outcome First { get; init; } = Outcome.Fresh;

    /// <summary>When it begins after good polls.</summary>
    public Outcome Later { get; init; } = Outcome.Fresh;

    /// <summary>The walk of the list of automations.</summary>
    public Outcome List { get; init; } = Outcome.Fresh;

    /// <summary>The clicks by <c>step location</c> that follow from what really happened.</summary>
    public Func<IReadOnlyList<LinkTotal>, IEnumerable<(string Step, string Location, long Clicks)>> Shown { get; init; } = Series.AsTheyAre;

    /// <summary>
    /// The statuses of all requests for links in one attempt, as a regular expression; a request that got no answer is <c>-</c>.
    /// </summary>
    public string Requests { get; init; } = "200 200 200";

    public bool CountMismatch { get; init; }

    public int RowsMerged { get; init; }

    /// <summary>Added to the API's own total.</summary>
    public int TotalIsOff { get; init; }

    /// <summary>After an answer that told so, the endpoint is left alone for as many seconds.</summary>
    public double Quiet { get; init; }

    /// <summary>Whether the answers, bad as they are, show that the key is accepted: JSON with 200.</summary>
    public bool KeyIsSeen { get; init; }

    /// <summary>Rows asked for a page: with 12 links, 5 make three pages.</summary>
    public int PageSize { get; init; } = 5;

    public int LinksPerStep { get; init; } = 6;

    /// <summary>What the page may not hold.</summary>
    public string? Hidden { get; init; }

    /// <summary>The same outcome whenever it begins, and for the list of automations too.</summary>
    public Expectation Failing(string reason, string requests) =>
        this with
        {
            First = Outcome.Fails(reason),
            Later = Outcome.Fails(reason),
            List = Outcome.Fails(reason),
            Requests = requests,
        };

    public override string ToString() => Rule;
}

/// <summary>Series that follow from the rows of a world.</summary>
internal static class Series
{
    public static IEnumerable<(string Step, string Location, long Clicks)> AsTheyAre(IReadOnlyList<LinkTotal> rows) =>
        rows.Select(row => (row.StepId, row.Location.ToString(), row.Clicks));

    public static Func<IReadOnlyList<LinkTotal>, IEnumerable<(string, string, long)>> Times(Func<long, long> change) =>
        rows => rows.Select(row => (row.StepId, row.Location.ToString(), change(row.Clicks)));

    public static Func<IReadOnlyList<LinkTotal>, IEnumerable<(string, string, long)>> At(
        Func<LinkTotal, (string Step, string Location)> place
    ) => rows => rows.GroupBy(place).Select(rows => (rows.Key.Step, rows.Key.Location, rows.Sum(row => row.Clicks)));

    /// <summary>The first row counts twice.</summary>
    public static IEnumerable<(string, string, long)> FirstTwice(IReadOnlyList<LinkTotal> rows) =>
        AsTheyAre([rows[0] with { Clicks = 2 * rows[0].Clicks }, .. rows.Skip(1)]);

    /// <summary>The first row stands once more at a place of its own.</summary>
    public static IEnumerable<(string, string, long)> FirstAtTwoPlaces(IReadOnlyList<LinkTotal> rows) =>
        AsTheyAre([
            .. rows,
            rows[0] with
            {
                Location =
                    1 + rows.Where(row => string.Equals(row.StepId, rows[0].StepId, StringComparison.Ordinal)).Max(row => row.Location),
            },
        ]);

    public static IEnumerable<(string, string, long)> WithoutTheLast(IReadOnlyList<LinkTotal> rows) => AsTheyAre([.. rows.SkipLast(1)]);

    /// <summary>Pages of five, and all rows have moved on by one after the first page: the fifth comes again, the last never.</summary>
    public static IEnumerable<(string, string, long)> Shifted(IReadOnlyList<LinkTotal> rows) =>
        AsTheyAre([.. rows.Take(4), rows[4] with { Clicks = 2 * rows[4].Clicks }, .. rows.Skip(5).SkipLast(1)]);
}
