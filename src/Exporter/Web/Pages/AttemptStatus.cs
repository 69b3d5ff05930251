namespace Exporter.Web.Pages;

/// <summary>A poll that has ended.</summary>
internal sealed record AttemptStatus(DateTimeOffset Time, double DurationSeconds, int Pages, string? Reason, string? Error);
