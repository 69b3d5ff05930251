namespace Simulator;

/// <summary>An event in the life of a campaign.</summary>
/// <param name="At">Its time.</param>
/// <param name="CampaignId">The automation or Single Send.</param>
/// <param name="StepId">The step, or <see langword="null"/> for all of them; for a Single Send <c>variation/phase</c>.</param>
public abstract record WorldEvent(DateTimeOffset At, string CampaignId, string? StepId)
{
    internal abstract void Change(MessageDraft message);
}
