namespace Exporter.History;

/// <summary>Identifies a total within its campaign.</summary>
/// <param name="What"><see cref="LinkClicks"/>, <see cref="ReportedClicks"/>, or one of the twelve statistics.</param>
/// <param name="First">The step or variation of the email; empty for the whole campaign.</param>
/// <param name="Second">The phase of the email; empty for the whole campaign.</param>
/// <param name="Location">The link's position; empty for other totals.</param>
internal readonly record struct SeriesKey(string What, string First, string Second, string Location)
{
    public const string LinkClicks = "link_clicks";

    public const string ReportedClicks = "reported_clicks";
}
