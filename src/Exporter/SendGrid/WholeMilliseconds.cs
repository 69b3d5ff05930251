namespace Exporter.SendGrid;

/// <summary>
/// Timers count whole milliseconds, and a part of one would be no wait at all: whoever waits for a moment would spin until it is there.
/// </summary>
internal static class WholeMilliseconds
{
    public static TimeSpan Up(TimeSpan wait) => TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
}
