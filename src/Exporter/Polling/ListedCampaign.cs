using System.Globalization;
using Exporter.SendGrid.Wire;

namespace Exporter.Polling;

/// <summary>A campaign that a list names.</summary>
/// <param name="Name">Its name, where the list tells it.</param>
/// <param name="Status">A Single Send's status.</param>
/// <param name="SentAt">When a Single Send was sent.</param>
internal sealed record ListedCampaign(string Id, string? Name = null, string? Status = null, DateTimeOffset? SentAt = null)
{
    /// <summary>An earlier year stands for "not set": the year 1 in Go's JSON, 1970 where a number was zero.</summary>
    private const int LeastYear = 1971;

    public static ListedCampaign FromRow(CampaignListRow row) =>
        new(
            row.Id!,
            row.Name,
            row.Status,
            DateTimeOffset.TryParse(row.SendAt, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            && at.Year >= LeastYear
                ? at
                : null
        );

    /// <summary>
    /// Whether a Single Send has been sent, and not longer ago than asked for. Of one whose time is not told, the status decides.
    /// </summary>
    public bool WasSentWithin(TimeSpan maxAge, DateTimeOffset now) =>
        SentAt is { } at ? at <= now && now - at <= maxAge : string.Equals(Status, "triggered", StringComparison.OrdinalIgnoreCase);
}
