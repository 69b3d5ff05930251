namespace Exporter.SendGrid;

/// <summary>All of them.</summary>
internal sealed record AutomationNameList(IReadOnlyList<AutomationName> Names);
