namespace Exporter.History;

/// <summary>A link's clicks in a window, compared with its siblings' prediction.</summary>
/// <param name="From">The beginning of the window, which ends with the last complete walk.</param>
/// <param name="Got">The clicks that came.</param>
/// <param name="Expected">The predicted clicks.</param>
/// <param name="StandsOut">Whether the clicks are far fewer than chance explains.</param>
internal readonly record struct ComparedWindow(DateTimeOffset From, TimeSpan Length, long Got, double Expected, bool StandsOut);
