namespace Exporter.Snapshots;

/// <summary>A row of one walk, as the API reports it.</summary>
/// <param name="Email">The email it stands in.</param>
/// <param name="Location">Position in the email; <c>unknown</c> when the API names none.</param>
/// <param name="Url">The URL as in the email, or <see langword="null"/>.</param>
/// <param name="Clicks">Clicks since tracking began.</param>
internal readonly record struct ObservedLink(EmailKey Email, string Location, string? Url, long Clicks)
{
    public string Location { get; } = LabelValue.Sanitize(Location);
}
