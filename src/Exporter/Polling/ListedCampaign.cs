using System.Globalization;
using Exporter.SendGrid.Wire;

namespace Exporter.Polling;

/// <summary>A campaign that a list names.</summary>
/// <param name="Name">Its name, where the list tells it.</param>
/// <param name="Status">A Single Send's status.</param>
/// <param name="SentAt">When a Single Send was sent.</param>
internal sealed record ListedCampaign(string Id, string? Name = null, string? Status = null, DateTimeOffset? SentAt = null)
{
    public static ListedCampaign FromRow(CampaignListRow row) =>
        new(
            row.Id!,
            row.Name,
            row.Status,
            DateTimeOffset.TryParse(row.SendAt, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null
        );

    /// <summary>
    /// Whether a Single Send has been sent, and not longer ago than asked for. Of one whose time is not told, the status decides.
    /// </summary>
    public bool WasSentWithin(TimeSpan maxAge, DateTimeOffset now) =>
        SentAt is { } at ? at <= now && now - at <= maxAge : string.Equals(Status, "triggered", StringComparison.OrdinalIgnoreCase);
}
