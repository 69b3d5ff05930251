namespace Exporter.SendGrid.Wire;

/// <summary>A row of an automation's step.</summary>
internal interface IAutomationRow
{
    /// <summary>The step; <c>all</c>, empty or absent when the answer is not grouped.</summary>
    string? StepId { get; }
}
