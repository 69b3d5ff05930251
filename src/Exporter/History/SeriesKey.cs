namespace Exporter.History;

/// <summary>What a total counts, within its campaign.</summary>
/// <param name="What"><see cref="LinkClicks"/>, <see cref="ReportedClicks"/>, or one of the twelve statistics.</param>
/// <param name="First">First half of the email; empty for the whole campaign.</param>
/// <param name="Second">Second half of the email.</param>
/// <param name="Location">The link's place; empty for what is no link's.</param>
internal readonly record struct SeriesKey(string What, string First, string Second, string Location)
{
    public const string LinkClicks = "link_clicks";

    public const string ReportedClicks = "reported_clicks";
}
