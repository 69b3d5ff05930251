namespace Exporter.Snapshots;

/// <summary>A row of one walk, as the API reports it.</summary>
/// <param name="Location">The position in the email; <c>unknown</c> when the API gives none.</param>
/// <param name="Url">The URL as in the email; <see langword="null"/> when the row has none.</param>
/// <param name="Clicks">The clicks since tracking began.</param>
internal readonly record struct ObservedLink(EmailKey Email, string Location, string? Url, long Clicks)
{
    public string Location { get; } = LabelValue.Sanitize(Location);
}
