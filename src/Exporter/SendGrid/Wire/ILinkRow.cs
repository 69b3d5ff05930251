namespace Exporter.SendGrid.Wire;

/// <summary>One link and its clicks since tracking began.</summary>
internal interface ILinkRow
{
    /// <summary>
    /// The URL as in the email, placeholders included. Text, not a <see cref="Uri"/>: <c>{{first_name}}</c> is legal here.
    /// </summary>
    string? Url { get; }

    /// <summary>
    /// Position in the email, from 0 at the top, or what the API writes there; <see langword="null"/> when it names none.
    /// </summary>
    string? UrlLocation { get; }

    long Clicks { get; }
}
