namespace Exporter.SendGrid;

/// <summary>An automation's name and its steps' names, as the undocumented list gives them.</summary>
/// <param name="Name">Its name; <see langword="null"/> when the list has none.</param>
/// <param name="Steps">The names by step id, for steps that have one.</param>
internal sealed record AutomationName(string Id, string? Name, IReadOnlyDictionary<string, string> Steps);
