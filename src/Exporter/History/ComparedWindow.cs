namespace Exporter.History;

/// <summary>What a link got in a window, beside what its siblings predict.</summary>
/// <param name="From">Where the window begins; it ends with the last complete walk.</param>
/// <param name="Length">How long it is.</param>
/// <param name="Got">Clicks that came.</param>
/// <param name="Expected">Clicks that should have come.</param>
/// <param name="StandsOut">Whether that is far less than chance explains.</param>
internal readonly record struct ComparedWindow(DateTimeOffset From, TimeSpan Length, long Got, double Expected, bool StandsOut);
