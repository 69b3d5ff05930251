namespace Exporter.SendGrid;

/// <summary>An automation's name and its steps' names, as the undocumented list tells them.</summary>
/// <param name="Id">The automation.</param>
/// <param name="Name">Its name; <see langword="null"/> when the list has none.</param>
/// <param name="Steps">Names by step id, those that have one.</param>
internal sealed record AutomationName(string Id, string? Name, IReadOnlyDictionary<string, string> Steps);
