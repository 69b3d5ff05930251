namespace Exporter.SendGrid.Wire;

/// <summary>One link and its clicks since tracking began.</summary>
internal interface ILinkRow
{
    /// <summary>
    /// The URL as in the email, placeholders included. Text, not a <see cref="Uri"/>: <c>{{first_name}}</c> is legal here.
    /// </summary>
    string? Url { get; }

    /// <summary>
    /// The position in the email, counted from 0 at the top, or any other text of the API; <see langword="null"/> without one.
    /// </summary>
    string? UrlLocation { get; }

    long Clicks { get; }
}
