namespace Exporter.SendGrid;

/// <summary>The names of all automations.</summary>
internal sealed record AutomationNameList(IReadOnlyList<AutomationName> Names);
