namespace Exporter.Web.Pages;

/// <summary>A completed poll.</summary>
internal sealed record AttemptStatus(DateTimeOffset Time, double DurationSeconds, int Pages, string? Reason, string? Error);
