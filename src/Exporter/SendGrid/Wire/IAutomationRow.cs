namespace Exporter.SendGrid.Wire;

/// <summary>A row about one step of an automation.</summary>
internal interface IAutomationRow
{
    /// <summary>The step; <c>all</c>, empty or absent when the answer is not grouped.</summary>
    string? StepId { get; }
}
