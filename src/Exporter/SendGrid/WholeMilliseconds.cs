namespace Exporter.SendGrid;

/// <summary>
/// Rounds waits up to whole milliseconds, which timers count. A fraction would not wait at all, so the caller would spin.
/// </summary>
internal static class WholeMilliseconds
{
    public static TimeSpan Up(TimeSpan wait) => TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
}
