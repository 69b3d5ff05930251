namespace Exporter.SendGrid;

/// <summary>
/// The most that the answers about one campaign, or about one list, may hold together. No account comes near these numbers, so an answer
/// beyond one of them is an invalid response, and the last good state stays. Without them an API that repeats itself without end would
/// fill the memory.
/// </summary>
internal static class AnswerLimits
{
    /// <summary>The bytes of one answer, unpacked. A page of 100 rows with URLs of 2 kB has 0.2 MB.</summary>
    public const int BodyBytes = 16 << 20;

    /// <summary>
    /// The values in the lists of one page. SendGrid's pages have at most 100 rows; some megabytes of empty ones would need a hundred times
    /// as much memory.
    /// </summary>
    public const int PageRows = 50_000;

    /// <summary>The pages of one pass over a list; a longer list has no end.</summary>
    public const int Pages = 10_000;

    /// <summary>The rows of one pass over a list.</summary>
    public const int Rows = 200_000;

    /// <summary>The bytes of all pages of one pass, unpacked: texts of rows are held until the pass ends.</summary>
    public const long Bytes = 64L << 20;

    /// <summary>
    /// The emails of one campaign: steps of an automation, variations and phases of a Single Send. Each has a dozen series.
    /// </summary>
    public const int Emails = 2_000;

    /// <summary>
    /// The campaigns of one kind in an account to which discovery adds more. Each has about twenty series without any data.
    /// </summary>
    public const int Campaigns = 20_000;
}
